"""The road to the Hub: publish an artifact and prove it there, bring one back, build it again."""
