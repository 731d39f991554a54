"""What a reader sees: safe tables, figures and whole report sections; the sinks for text that came from outside."""
