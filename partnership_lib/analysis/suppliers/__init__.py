"""Who a supplier is: names that belong together, and natural persons that must not be seen."""
