"""The bundles that are worth looking at: all that enough suppliers are able to deliver."""
