# SPDX-License-Identifier: MIT
"""Finds the people of a gradebook who are meant in a hand-in.

The LMS puts the number of the person who handed it in into the file's name. All
others are named in GROUP, with a login id before the first comma (make submit
asks for it). A name or an e-mail address counts if only one person has it.
Whatever is not found is listed; nothing is guessed.
"""

import collections
import dataclasses
import re
import unicodedata

import record

EMAIL = re.compile(r"[^\s,;<>()\"']+@[^\s,;<>()\"']+")
# What Unicode does not split into a letter and an accent.
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe",
                         "ı": "i", "þ": "th", "ð": "d"})


def fold(words):
    """WORDS in lower case and without accents."""
    plain = unicodedata.normalize("NFKD", words.casefold().translate(LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c))


def name_key(words):
    """The same for "Jané van Doe" and "van Doe, Jane"."""
    return " ".join(sorted(re.findall(r"\w+", fold(words))))


def joined_key(words):
    """Canvas writes the name Doe, Jane as doejane into the names of files."""
    return "".join(re.findall(r"[^\W_]+", fold(words)))


def login_key(words):
    return words.strip().casefold()


def local_key(words):
    """The login id without @example.org. The chat has - in place of dots."""
    return login_key(words).partition("@")[0].replace(".", "-")


class People:
    """The people of a gradebook, by their numbers, logins and names."""

    def __init__(self, people):
        self.by = {kind: collections.defaultdict(set) for kind in (
            "number", "login", "local", "name", "joined")}
        for person in people:
            self.by["number"][person.number].add(person)
            self.by["name"][name_key(person.name)].add(person)
            self.by["joined"][joined_key(person.name)].add(person)
            for login in person.logins:
                self.by["login"][login_key(login)].add(person)
                self.by["local"][local_key(login)].add(person)

    def get(self, kind, key):
        """Everyone who is called KEY."""
        return self.by[kind].get(key, set()) if key else set()

    def named(self, words):
        """The people with the name WORDS, in any order and without accents."""
        return self.get("name", name_key(words))


@dataclasses.dataclass
class Found:
    """`person` is None if no one matches, or several do; `why` has the reason."""

    person: object = None
    why: str = ""


def one_of(found, what):
    if len(found) == 1:
        return Found(next(iter(found)))
    return Found(why=f"{len(found)} people have this {what}")


def find_member(people, line):
    """The person that a LINE of GROUP means."""
    login, comma, name = (part.strip() for part in line.partition(","))
    named = people.named(name) if comma else set()
    for what, found in (
            ("login id", people.get("login", login_key(login))),
            ("e-mail address", set().union(*(
                people.get("login", login_key(address))
                for address in EMAIL.findall(line)))),
            ("login id", people.get("local", local_key(login))),
            ("name", people.named(line)), ("name", named)):
        if found:
            break
    else:
        return Found(why="nobody in the gradebook has this login id or name")
    if len(found) == 1 and len(named) == 1 and found != named:
        person, other = next(iter(found)), next(iter(named))
        return Found(why=f"the {what} belongs to {person.name}, and the name to "
                     f"{other.name}")
    return one_of(found, what)


def find_owner(people, one, lms):
    """The person that the name of the hand-in means."""
    if one["lms"] == lms and people.get("number", one["person"]):
        return one_of(people.get("number", one["person"]), "number")
    # The hand-ins were not downloaded from this LMS, or nobody has the number.
    name = one["name"] or re.sub(r"(?i)^hand-in-", "", one["entry"])
    for what, found in (
            ("login id", people.get("login", login_key(name))),
            ("login id", people.get("local", local_key(name))),
            ("name", people.named(name)),
            ("name", people.get("joined", joined_key(name)))):
        if found:
            return one_of(found, what)
    return Found(why="nobody in the gradebook has this name")


@dataclasses.dataclass
class Matches:
    """What was found: claims is {person: [(record, is it their own)]}."""

    claims: dict = dataclasses.field(
        default_factory=lambda: collections.defaultdict(list))
    unmatched: list = dataclasses.field(default_factory=list)  # (record, what, why)

    def add(self, person, one, own):
        if all(other is not one for other, _ in self.claims[person]):
            self.claims[person].append((one, own))


def match(records, sheet_people, lms):
    """The Matches of RECORDS with the people of the gradebook of LMS."""
    people, matches = People(sheet_people), Matches()
    for one in records:
        owner = find_owner(people, one, lms)
        group = one["group"] if record.has_verdict(one) else []
        members = [(line, find_member(people, line)) for line in group]
        if owner.person:
            matches.add(owner.person, one, True)
        elif not any(found.person for _, found in members):
            matches.unmatched.append((one, one["entry"], owner.why))
        for line, found in members:
            if found.person:
                matches.add(found.person, one, False)
            else:
                matches.unmatched.append((one, line, found.why))
    return matches


def grade_of(claims):
    """(score or None, remark) for a person with these CLAIMS.

    Their own hand-in counts. Without one, those that name them must agree: a
    student can write anyone into GROUP.
    """
    graded = [(one, own) for one, own in claims if record.has_verdict(one)]
    if not graded:
        return None, "not graded: " + claims[0][0]["entry"] if claims else ""
    owned = [one for one, own in graded if own]
    scores = {one["score"] for one in owned or [one for one, _ in graded]}
    everything = ", ".join(f"{one['entry'][:80]} ({one['score']} points)"
                           for one, _ in graded[:5])
    if len(scores) > 1:
        return None, f"in hand-ins with different points: {everything}"
    score = scores.pop()
    if any(one["score"] != score for one, _ in graded):
        return score, f"got the points of their own hand-in: {everything}"
    return score, ""
