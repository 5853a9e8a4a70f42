"""The compiled core and its plain-Python specification."""
