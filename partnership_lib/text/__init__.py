"""Swedish and English: words, sentences, numbers and dates for readers."""

from partnership_lib.text.catalogue import LANGUAGES, describe, has, keys, plain_value, sentence, template, told, word

__all__ = ["LANGUAGES", "describe", "has", "keys", "plain_value", "sentence", "template", "told", "word"]
