"""Did it pay off: panels of costs, estimators of the effect, placebos, power, and the words for the answer."""
