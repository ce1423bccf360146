"""Data that replicas change without asking each other, and that merges by itself.

Each replica changes its own copy and sends copies around; whoever gets one merges it. `merge`
does not care for the order (commutative, associative) nor for repetition (idempotent), and a
change only ever adds knowledge. So replicas that have heard of the same changes are equal,
whatever the network did: lost, doubled, delayed, swapped.

What is merged is decided beforehand, and the price is in that decision.

====================  ===================================================================
type                  what a merge keeps
====================  ===================================================================
`GCounter`            the highest count of each replica; it only grows
`PNCounter`           two of them: what was added and what was taken away
`LWWRegister`         the last write by its stamp; the others are lost without a word
`MVRegister`          every write that no other write knew of; the reader has to choose
`GSet`                all elements; nothing can be removed
`TwoPhaseSet`         as GSet, and what was removed never comes back
`ORSet`               an element as long as one addition has not been seen by a removal
====================  ===================================================================

Copies are values: an operation returns a new one. Replicas are named by texts, and a name belongs
to one copy at a time: two copies that count under one name would lose each other's changes.

Source: Shapiro, Preguiça, Baquero and Zawirski, *A comprehensive study of convergent and
commutative replicated data types* (INRIA RR-7506, 2011).
"""

from .counters import GCounter, PNCounter
from .registers import LWWRegister, MVRegister
from .sets import GSet, ORSet, TwoPhaseSet

__all__ = [
    "GCounter",
    "GSet",
    "LWWRegister",
    "MVRegister",
    "ORSet",
    "PNCounter",
    "TwoPhaseSet",
]
