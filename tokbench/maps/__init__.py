"""What mends the text of a document before anything else sees it; each is a function of the text alone."""
