"""Every different value that a file has shown, numbered, with what a rule makes of it: asked once, not row by row."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

import numpy as np
import pyarrow as pa

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")


class _Numbers(dict[Any, int]):
    """Numbers of keys; one that is new gets the next number."""

    def __init__(self, learn: Callable[[Any], int]) -> None:
        super().__init__()
        self._learn = learn

    def __missing__(self, key: Any) -> int:
        number = self[key] = self._learn(key)
        return number


class Lexicon(Generic[Key, Answer]):
    """Numbers keys from 0 in the order in which they come, and keeps what `rule` answers to each.

    Examples
    --------
    >>> lengths = Lexicon(len)
    >>> lengths.numbers(["a", "bcd", "a"]).tolist(), lengths.answers
    ([0, 1, 0], [1, 3])
    """

    def __init__(self, rule: Callable[[Key], Answer]) -> None:
        self._rule = rule
        self._numbers = _Numbers(self._learn)
        self._columns: dict[str, np.ndarray] = {}
        self.answers: list[Answer] = []

    def __len__(self) -> int:
        return len(self.answers)

    def number(self, key: Key) -> int:
        """Return the number of a key."""
        return self._numbers[key]

    def numbers(self, keys: Iterable[Key]) -> np.ndarray:
        """Return the number of each key."""
        return np.array([*map(self._numbers.__getitem__, keys)], np.int32)

    def column(self, name: str, kind: type) -> np.ndarray:
        """Return an attribute of every answer as an array, by number; what was worked out before is kept."""
        known = self._columns.get(name)
        done = 0 if known is None else len(known)
        if known is None or done < len(self.answers):
            new: np.ndarray = np.array([getattr(answer, name) for answer in self.answers[done:]]).astype(kind)
            known = self._columns[name] = new if known is None else np.concatenate([known, new])
        return known

    def _learn(self, key: Key) -> int:
        self.answers.append(self._rule(key))
        return len(self.answers) - 1


class Words:
    """The different texts of one column of the warehouse."""

    def __init__(self) -> None:
        self._lexicon: Lexicon[str, str] = Lexicon(str)
        self._texts = pa.array([], pa.string())

    @property
    def texts(self) -> list[str]:
        """Return all texts by their numbers."""
        return self._lexicon.answers

    def number(self, text: str) -> int:
        """Return the number of a text."""
        return self._lexicon.number(text)

    def numbers(self, texts: Iterable[str]) -> np.ndarray:
        """Return the number of each text."""
        return self._lexicon.numbers(texts)

    def column(self, numbers: np.ndarray) -> pa.DictionaryArray:
        """Return texts by their numbers, with a list of those only that occur."""
        if len(self._texts) < len(self._lexicon):
            new = pa.array(self._lexicon.answers[len(self._texts) :], pa.string())
            self._texts = pa.concat_arrays([self._texts, new])
        used = np.zeros(len(self._texts), bool)
        used[numbers] = True
        place = np.cumsum(used, dtype=np.int32) - 1
        texts = self._texts.take(pa.array(np.flatnonzero(used)))
        return pa.DictionaryArray.from_arrays(pa.array(place[numbers], pa.int32()), texts)
