"""Other ways to answer many cases, built as people build them."""
