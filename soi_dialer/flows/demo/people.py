"""Forty invented people. Their numbers are of the range 555-0100 to 555-0199, which is kept free for fiction."""

from __future__ import annotations

import dataclasses

CUSTOMER, ACQUAINTANCE, FRIEND, ADVOCATE = "customer", "acquaintance", "friend", "advocate"
PARTNER = "referral partner"


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """`areas` are area codes, one for each number; facts are (kind, clause as it is said on the phone)."""

    name: str
    level: str
    areas: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def email(self) -> str:
        return ".".join(self.name.lower().replace("'", "").split()) + "@example.com"


def numbers(index: int) -> list[dict[str, str]]:
    """The numbers of the person at that place of the list, as the contacts keep them."""
    labels = ("mobile", "work")
    return [
        {"number": f"+1{area}55501{(index + 1 + 50 * n):02d}", "label": labels[n]}
        for n, area in enumerate(PEOPLE[index].areas)
    ]


PEOPLE = (
    Person(
        "Jane Doe", CUSTOMER, ("646",),
        (("child", "her daughter started college"), ("house", "she wants to redo the kitchen")),
        "Closed on the house on Maple Street. Prefers mornings.",
    ),
    Person(
        "Marcus Bell", CUSTOMER, ("917", "212"),
        (("child", "his son plays varsity soccer"),),
        "Refinanced two years ago.",
    ),
    Person("Priya Raman", CUSTOMER, ("551",), (("work", "she changed jobs in spring"), ("child", "she has twins"))),
    Person("Tom Okafor", CUSTOMER, ("973",), (("house", "he is building a deck"),)),
    Person(
        "Linda Castellano", CUSTOMER, ("516",),
        (("pet", "her old beagle is called Biscuit"),),
        "Sends a card every December.",
    ),
    Person(
        "Derek Wong", CUSTOMER, ("347",),
        (("child", "they are expecting in May"),),
        "First-time buyer. Very glad about the walk-through.",
    ),
    Person("Grace Lindqvist", CUSTOMER, ("203",), (("note", "she sings in a choir"),)),
    Person(
        "Hector Ruiz", CUSTOMER, ("786",),
        (("house", "he put up storm shutters"), ("note", "his mother moved in")),
    ),
    Person(
        "Abby Feldman", CUSTOMER, ("617", "781"),
        (("work", "she opened a bakery"),),
        "Best reached before noon: she bakes at night.",
    ),
    Person("Samuel Greene", CUSTOMER, ("404",), (("note", "he restores old motorcycles"),)),
    Person(
        "Noor Haddad", CUSTOMER, ("313",),
        (("opening", "her brother is looking for a condo"),),
        "Said her brother may call in the new year.",
    ),
    Person("Paul Brennan", CUSTOMER, ("508",), (("house", "the basement flooded in March"),)),
    Person("Yuki Tanaka", CUSTOMER, ("408",), (("work", "she travels to Osaka every quarter"),)),
    Person("Carla Mendes", CUSTOMER, ("401",), (("child", "her youngest learned to swim"),)),
    Person(
        "Will Stanton", CUSTOMER, ("312",),
        (("note", "he coaches Little League"),),
        "Asked about investment property.",
    ),
    Person("Denise Harper", CUSTOMER, ("215",), (("child", "she became a grandmother"),)),
    Person("Ivan Petrov", CUSTOMER, ("718",), (("house", "he added solar panels"),)),
    Person("Rosa Delgado", CUSTOMER, ("505",), (("pet", "she adopted two kittens"),)),
    Person(
        "Kevin O'Malley", CUSTOMER, ("860",),
        (("work", "he retires next summer"),),
        "Wants to move closer to the water when he retires.",
    ),
    Person("Fatima Siddiqui", CUSTOMER, ("703", "571"), (("child", "her son got his license"),)),
    Person("Ben Kowalski", FRIEND, ("917",), (("note", "you ran the half marathon together"),)),
    Person("Emily Carter", FRIEND, ("718",), (("note", "her wedding is in June"),)),
    Person("Andre Williams", FRIEND, ("201",), (("work", "he was made partner"),)),
    Person("Sophie Martin", FRIEND, ("646",), (("note", "she started pottery"),)),
    Person(
        "Chris Nakamura", FRIEND, ("415",),
        (("neighborhood", "he rents near the park"),),
        "May buy when the lease ends.",
    ),
    Person("Olivia Brooks", FRIEND, ("919",), (("note", "her dad had surgery and is well again"),)),
    Person("Daniel Morgan", ADVOCATE, ("914",), (("note", "his birthday is on the ninth"),), "Cousin."),
    Person("Ruth Morgan", ADVOCATE, ("845",), (("note", "she is planting tulips"),), "Aunt. Loves a call on Sundays."),
    Person(
        "Stephanie Cole", PARTNER, ("212", "917"),
        (("work", "she is an estate attorney"),),
        "Two referrals this year.",
    ),
    Person("Miguel Santos", PARTNER, ("646",), (("work", "he inspects homes"),), "Fast and careful."),
    Person("Karen Whitfield", PARTNER, ("516",), (("work", "she is a CPA and busy until April"),)),
    Person("Raj Patel", PARTNER, ("732",), (("work", "he builds custom homes"),), "Lunch every quarter."),
    Person("Tina Nguyen", PARTNER, ("929",), (("work", "she insures homes"),)),
    Person("George Abbott", ACQUAINTANCE, ("917",), (("neighborhood", "he lives at the corner with the blue door"),)),
    Person("Maria Rossi", ACQUAINTANCE, ("347",), (("pet", "her dog is called Otto"),)),
    Person("Frank Dubois", ACQUAINTANCE, ("718",), (("neighborhood", "he organizes the block party"),)),
    Person("Heather Lang", ACQUAINTANCE, ("203",), (("work", "you met at the chamber breakfast"),)),
    Person("Omar Farouk", ACQUAINTANCE, ("551",), (("child", "his kids go to the same school as yours"),)),
    Person("Julie Simmons", ACQUAINTANCE, ("617",), (("note", "she runs the book club"),)),
    Person("Peter Novak", ACQUAINTANCE, ("303",), (("work", "he moved to Denver for work"),)),
)

MESSAGES = (
    "Hi Alex, it's me. I have a question about the appraisal. Could you call me back when you have a minute? Thanks.",
    "Hey Alex, a friend of mine may sell in spring and I gave him your name. Call me and I'll tell you more.",
    "Hello, just returning your call. I'm around until five.",
    "Hi Alex, we got the letter from the county about the taxes and I don't understand it. Can you call me?",
    "Alex, it was so good to talk the other day. One more thing I forgot: do you still know that electrician?",
    "Hi, it's about the refinancing. The bank wrote to me. Please give me a ring tomorrow morning.",
    "Good afternoon. I'm calling about the open house on Sunday. Is it still on? Bye.",
    "Hey, quick one: my sister moves to town in June and needs somebody like you. Talk soon.",
)

WAIVERS = ("Settled by e-mail.", "Called by mistake; said so in a text.")
