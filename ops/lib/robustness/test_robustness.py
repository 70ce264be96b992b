"""What the edits claim about time, and how a match is judged by it. No media is made; runs in a moment."""

import unittest
from types import SimpleNamespace

import report
from draft import Draft
from edits import EDITS


class Clip:
    name, path, width, height, has_sound, number = "clip", "/clips/clip.mp4", 640, 360, True, 0
    window = (3.0, 5.0)


def draft(number=0):
    clip = Clip()
    clip.number = number
    return Draft(clip, 1, SimpleNamespace(path="/clips/host.mp4"), "/clips/host.mp4", lambda picture: "/drawings/one.svg")


def query(segments, matches=(), kind="copy"):
    return SimpleNamespace(clip=Clip(), kind=kind, segments=segments, matches=list(matches))


def match(name, *times, score=0.9):
    keys = ("query_start", "query_end", "reference_start", "reference_end")
    return {"reference": name, "score": score, **dict(zip(keys, times))}


class Times(unittest.TestCase):
    def test_a_piece_inside_other_footage_starts_later_in_the_query_and_keeps_its_place_in_the_reference(self):
        d = draft()
        d.keep(2.0)
        d.surround(2.4, 3.6)
        self.assertEqual(d.segments, [(2.4, 4.4, 4.5, 6.5)])
        self.assertEqual(d.seconds, 8.0)

    def test_pieces_in_another_order_keep_their_own_places_in_the_reference(self):
        d = draft()
        d.remap([(2.5, 5.0), (0.0, 2.5)])
        self.assertEqual(d.segments, [(0.0, 2.5, 5.5, 8.0), (2.5, 5.0, 3.0, 5.5)])

    def test_a_faster_copy_is_shorter_and_covers_as_much_of_the_reference(self):
        d = draft()
        d.faster(1.25)
        self.assertEqual(d.segments, [(0.0, 4.0, 3.0, 8.0)])
        self.assertEqual(d.speed, 1.25)

    def test_pieces_of_a_faster_copy_are_counted_at_its_rate(self):
        d = draft()
        d.faster(1.25)
        d.remap([(2.0, 4.0)])
        self.assertEqual(d.segments, [(0.0, 2.0, 5.5, 8.0)])


class Edits(unittest.TestCase):
    def test_every_edit_at_every_strength_and_in_both_directions_leaves_a_whole_call(self):
        for edit in EDITS:
            for label, value in edit.strengths:
                for number in (0, 1):
                    with self.subTest(edit=edit.key, strength=label, number=number):
                        d = draft(number)
                        edit.make(d, value)
                        graph = ";".join(d.graph)
                        self.assertIn(f"[{d.video}]", graph)
                        self.assertNotIn("None", graph)
                        self.assertTrue(d.segments and d.seconds >= 1, d.segments)
                        self.assertLessEqual(max(s[1] for s in d.segments), d.seconds + 1e-6)
                        self.assertEqual((d.w % 2, d.h % 2), (0, 0))
                        self.assertEqual(bool(d.audio), edit.sound)

    def test_no_two_edits_share_a_name(self):
        keys = [e.key for e in EDITS]
        self.assertEqual(len(keys), len(set(keys)))


class Judgement(unittest.TestCase):
    def test_the_error_is_the_mean_distance_of_the_four_edges(self):
        q = query([(0.0, 5.0, 3.0, 8.0)])
        self.assertAlmostEqual(report.edge_error(q, match("clip.mp4", 0.2, 5.0, 3.2, 8.0)), 0.1)

    def test_of_a_copy_in_pieces_the_nearest_piece_counts(self):
        q = query([(0.0, 2.5, 5.5, 8.0), (2.5, 5.0, 3.0, 5.5)])
        self.assertEqual(report.edge_error(q, match("clip.mp4", 2.5, 5.0, 3.0, 5.5)), 0)

    def test_a_match_elsewhere_in_the_reference_is_astray(self):
        q = query([(0.0, 5.0, 3.0, 8.0)])
        self.assertTrue(report.overlaps(q, match("clip.mp4", 0.0, 2.0, 3.0, 5.0)))
        self.assertFalse(report.overlaps(q, match("clip.mp4", 0.0, 2.0, 9.0, 11.0)))

    def test_of_a_copy_only_other_references_are_wrong_and_of_a_stranger_all_are(self):
        named = [match("clip.mp4", 0, 1, 0, 1), match("other.mp4", 0, 1, 0, 1)]
        self.assertEqual([m["reference"] for m in report.wrong(query([], named))], ["other.mp4"])
        self.assertEqual(len(report.wrong(query([], named, kind="unknown"))), 2)

    def test_signs_say_all_half_fewer_and_none(self):
        self.assertEqual([report.sign(n, 6) for n in (6, 5, 3, 2, 0)], ["●", "◕", "◕", "◔", "○"])


if __name__ == "__main__":
    unittest.main()
