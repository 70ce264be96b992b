import FingerprintIndex
import Frames
import Records
import Scoring
import Testing

/// Which events move which points.
@Suite struct RulesOnVideos {
    private func profile(_ events: [Event], of creator: String = "ann") throws -> CreatorProfile {
        try #require(ProfileFold.fold(events: events, rules: .standard)[creator])
    }

    @Test("Eight of ten seconds shown before by somebody else take 20 points, and the entry names its event and span")
    func copied() throws {
        let edge = try Make.edge("v1", by: "ann", shows: "r1", of: "bob")
        let profile = try profile([Make.observed("v1", by: "ann", sequence: 1), edge])
        #expect(profile.score == 180)
        #expect(
            profile.points == [
                CreatorProfile.PointEntry(
                    points: -20, nominal: -20, rule: "copied_content", clause: "originality.copied",
                    reason: "80% of this video shows what “r1” of bob showed before (0:00.0 to 0:08.0).",
                    advice:
                        "Show the product with your own camera, hands and voice. If you have a licence, send it with an appeal.",
                    video: "v1", eventIDs: [edge.eventID], spans: [TimeSpan(start: 0, end: 8)], scoreAfter: 180)
            ])
        #expect(profile.history == [200, 180])
        #expect(profile.copies.map(\.notCounted) == [nil])
        #expect(profile.copies.first?.reference == TimeSpan(start: 5, end: 13))
    }

    @Test("The one who was copied has no entry for it")
    func copiedFrom() throws {
        let events = try [
            Make.observed("r1", by: "bob", sequence: 1), Make.observed("v1", by: "ann", sequence: 2),
            Make.edge("v1", by: "ann", shows: "r1", of: "bob"),
        ]
        let profile = try profile(events, of: "bob")
        #expect(profile.score == 200)
        #expect(profile.copies.isEmpty)
    }

    @Test(
        "A copy costs nothing, and says why, when it may not be blamed on anybody",
        arguments: [
            ("licensed", 0.9, 0.0000001, 8.0, "licensed", "published", "uploads"),
            ("ignored_bank", 0.9, 0.0000001, 8.0, "unknown", "published", "negative"),
            ("order_unknown", 0.9, 0.0000001, 8.0, "unknown", "unknown", "uploads"),
            ("low_score", 0.54, 0.0000001, 8.0, "unknown", "published", "uploads"),
            ("false_match_rate", 0.9, 0.0000011, 8.0, "unknown", "published", "uploads"),
            ("too_short", 0.9, 0.0000001, 1.9, "unknown", "published", "uploads"),
        ])
    func excused(
        why: String, score: Double, rate: Double, seconds: Double, relation: String, direction: String,
        bank: String
    ) throws {
        let edge = try Make.edge(
            "v1", by: "ann", shows: "r1", of: "bob", seconds: seconds, score: score, falseMatchRate: rate,
            relation: #require(Event.MatchEdge.Relation(rawValue: relation)),
            direction: #require(Event.MatchEdge.Direction(rawValue: direction)), bank: bank)
        let profile = try profile([Make.observed("v1", by: "ann", sequence: 1), edge])
        #expect(profile.score == 200)
        #expect(profile.points.isEmpty)
        #expect(profile.copies.map(\.notCounted) == [why])
    }

    @Test("A pair counts up to the false-match rate that the rule allows", arguments: [(2.5e-7, 180), (2.6e-7, 200)])
    func falseMatchRate(rate: Double, score: Int) throws {
        let profile = try profile([
            Make.observed("v1", by: "ann", sequence: 1), Make.searched("v1"),
            Make.edge("v1", by: "ann", shows: "r1", of: "bob", falseMatchRate: rate),
        ])
        #expect(profile.score == score)
    }

    @Test("Posting one's own picture again after somebody copied it is no copying")
    func ownFootage() throws {
        // bob copied ann's v1; ann's v2 shows v1 again, and so also what bob's r1 shows.
        let seen = try [
            Make.observed("v1", by: "ann", sequence: 1), Make.observed("r1", by: "bob", sequence: 2),
            Make.observed("v2", by: "ann", sequence: 3), Make.edge("v2", by: "ann", shows: "r1", of: "bob"),
            Make.edge("v2", by: "ann", shows: "v1", of: "ann", relation: .sameCreator),
        ]
        #expect(try profile(seen).copies.map(\.notCounted) == ["own_footage"])
        // Had v1 itself been taken from r1, posting it twice would be copying twice.
        let taken = try profile(seen + [Make.edge("v1", by: "ann", shows: "r1", of: "bob")])
        #expect(taken.copies.map(\.notCounted) == [nil, nil])
    }

    @Test("How much had arrived when a video was searched for changes neither the event nor the profile")
    func searchedSize() throws {
        let (early, late) = (try Make.searched("v1", references: 3), try Make.searched("v1", references: 3000))
        #expect(early.eventID == late.eventID)
        let base = [try Make.observed("v1", by: "ann", sequence: 1), try Make.features("v1", by: "ann", quality: 80)]
        #expect(try profile(base + [early]) == profile(base + [late]))
    }

    @Test("The same sound under another picture costs nothing")
    func soundOnly() throws {
        let profile = try profile([
            Make.observed("v1", by: "ann", sequence: 1),
            Make.edge("v1", by: "ann", shows: "song", of: "bob", modality: .audio),
        ])
        #expect(profile.score == 200)
        #expect(profile.copies.isEmpty)
        #expect(profile.sounds.map(\.notCounted) == ["sound_only"])
    }

    @Test("Of picture and sound together only the picture's stretch weighs: 8 s of a song over 2 s of picture is 20%")
    func pictureShare() throws {
        let profile = try profile([
            Make.observed("v1", by: "ann", sequence: 1),
            Make.edge(
                "v1", by: "ann", shows: "r1", of: "bob", modality: .both, pictureSeconds: 2),
        ])
        #expect(profile.points.map(\.points) == [-6])
        #expect(profile.copies.map(\.share) == [0.2])
        #expect(profile.copies.map(\.query) == [TimeSpan(start: 0, end: 2)])
    }

    @Test("Two stretches of one source are one entry with both spans")
    func oneSource() throws {
        let first = try Make.edge("v1", by: "ann", shows: "r1", of: "bob", from: 0, seconds: 2)
        let second = try Make.edge("v1", by: "ann", shows: "r1", of: "bob", from: 6, seconds: 2)
        let profile = try profile([Make.observed("v1", by: "ann", sequence: 1), first, second])
        #expect(profile.points.map(\.points) == [-12])  // 0.2 + 0.2 of the video
        #expect(profile.points.first?.eventIDs == [first.eventID, second.eventID].sorted())
        #expect(profile.points.first?.spans == [TimeSpan(start: 0, end: 2), TimeSpan(start: 6, end: 8)])
    }

    @Test("Overlapping matches of one source do not add up: twice the same 2 s stay 20%")
    func overlap() throws {
        let profile = try profile([
            Make.observed("v1", by: "ann", sequence: 1),
            Make.edge("v1", by: "ann", shows: "r1", of: "bob", seconds: 2, score: 0.9),
            Make.edge("v1", by: "ann", shows: "r1", of: "bob", seconds: 2, score: 0.8),
        ])
        #expect(profile.points.map(\.points) == [-6])
    }

    @Test("One stretch seen at two accounts counts for the stronger one only")
    func sameStretch() throws {
        let profile = try profile([
            Make.observed("v1", by: "ann", sequence: 1),
            Make.edge("v1", by: "ann", shows: "r1", of: "bob", seconds: 8),
            Make.edge("v1", by: "ann", shows: "r2", of: "eve", seconds: 7),
        ])
        #expect(profile.score == 180)
        #expect(profile.copies.map(\.notCounted) == [nil, "same_stretch"])
    }

    @Test("A montage of three sources is capped at 30 points a video")
    func montage() throws {
        let profile = try profile([
            Make.observed("v1", by: "ann", sequence: 1),
            Make.edge("v1", by: "ann", shows: "r1", of: "bob", from: 0, seconds: 3),
            Make.edge("v1", by: "ann", shows: "r2", of: "eve", from: 3, seconds: 3),
            Make.edge("v1", by: "ann", shows: "r3", of: nil, from: 6, seconds: 3),
        ])
        #expect(profile.points.map(\.points) == [-12, -12, -6])
        #expect(profile.points.map(\.limitedBy) == [nil, nil, "per_video"])
        #expect(profile.score == 170)
    }

    @Test("Repeating one's own video costs 4, not 20")
    func repeated() throws {
        let profile = try profile([
            Make.observed("v1", by: "ann", sequence: 1), Make.observed("v2", by: "ann", sequence: 2),
            Make.edge("v2", by: "ann", shows: "v1", of: "ann", seconds: 10, relation: .sameCreator),
        ])
        #expect(profile.points.map(\.points) == [-4])
        #expect(profile.copies.isEmpty)
        #expect(profile.repeats.count == 1)
    }

    @Test("A video that matches itself is no finding")
    func itself() throws {
        let profile = try profile([
            Make.observed("v1", by: "ann", sequence: 1),
            Make.edge("v1", by: "ann", shows: "v1", of: "ann", seconds: 10),
        ])
        #expect(profile.score == 200)
        #expect(profile.repeats.isEmpty)
    }

    @Test(
        "A static picture is charged by steps",
        arguments: [
            (0.49, 0), (0.5, -2), (0.79, -2), (0.8, -5), (0.94, -5), (0.95, -8), (1, -8),
        ])
    func still(share: Double, points: Int) throws {
        let profile = try profile([Make.features("v1", by: "ann", still: share)])
        #expect(profile.score == 200 + points)
    }

    @Test("Low quality is charged by steps", arguments: [(35.0, 0), (34.9, -1), (24.9, -3), (14.9, -5), (0, -5)])
    func quality(score: Double, points: Int) throws {
        let profile = try profile([Make.features("v1", by: "ann", quality: score)])
        #expect(profile.score == 200 + points)
    }

    @Test("Recapture is charged only when next to certain", arguments: [(0.94, 0, 0), (0.95, -6, 1), (0.99, -10, 1)])
    func recapture(probability: Double, points: Int, recaptures: Int) throws {
        let profile = try profile([Make.features("v1", by: "ann", recapture: probability)])
        #expect(profile.score == 200 + points)
        #expect(profile.recaptures == recaptures)
    }

    @Test("Signals that abstain cost nothing, earn nothing, and leave no mean")
    func abstained() throws {
        let profile = try profile([
            Make.observed("v1", by: "ann", sequence: 1),
            Make.features("v1", by: "ann", still: nil, quality: nil, recapture: nil, silence: nil), Make.searched("v1"),
        ])
        #expect(profile.score == 200)
        #expect(profile.points.isEmpty)
        #expect(profile.staticShare == nil)
        #expect(profile.qualityMean == nil)
        #expect(profile.videos == 1)
        #expect(profile.measuredVideos == 0)
    }

    @Test("Silence and an undecodable file leave notes, not points")
    func notes() throws {
        let broken = Outcome(.undecodable, reason: "no_streams", sentence: "There is no picture or sound in it.")
        let profile = try profile([
            Make.observed("v1", by: "ann", sequence: 1, outcome: broken),
            Make.observed("v2", by: "ann", sequence: 2), Make.features("v2", by: "ann", silence: 1),
        ])
        #expect(profile.score == 200)
        #expect(profile.points.isEmpty)
        #expect(
            profile.notes.map(\.reason) == [
                "The file could not be judged: There is no picture or sound in it.",
                "There is next to no sound (100% silence).",
            ])
    }

    @Test("Good original work earns points once it was searched for and found at nobody's")
    func original() throws {
        let base = try [Make.observed("v1", by: "ann", sequence: 1), Make.features("v1", by: "ann", quality: 62)]
        #expect(try profile(base).score == 200)
        #expect(try profile(base + [Make.searched("v1")]).score == 204)
        let weak = try Make.edge("v1", by: "ann", shows: "r1", of: "bob", score: 0.3, direction: .unknown)
        #expect(try profile(base + [Make.searched("v1"), weak]).score == 200)
        let song = try Make.edge("v1", by: "ann", shows: "song", of: "bob", modality: .audio)
        #expect(try profile(base + [Make.searched("v1"), song]).score == 204)
    }

    @Test("Praise is capped within a week of publication, and starts anew in the next")
    func praiseCap() throws {
        var events: [Event] = []
        // 2026-11-19 begins a seven-day window counted from 1970; seven videos in it, one a week later.
        for day in 0..<8 {
            let date = day == 7 ? "2026-11-26" : "2026-11-\(19 + day % 7)"
            events += try [
                Make.observed("v\(day)", by: "ann", sequence: Int64(day), publishedAt: "\(date)T12:00:00Z"),
                Make.features("v\(day)", by: "ann", quality: 80), Make.searched("v\(day)"),
            ]
        }
        let profile = try profile(events)
        #expect(profile.points.map(\.points) == [4, 4, 4, 4, 4, 4])
        #expect(profile.score == 224)
    }

    @Test("Means weigh static share by seconds and quality by video")
    func means() throws {
        let profile = try profile([
            Make.features("v1", by: "ann", duration: 30, still: 1, quality: 40),
            Make.features("v2", by: "ann", duration: 10, still: 0, quality: 61),
        ])
        #expect(profile.staticShare == 0.75)
        #expect(profile.qualityMean == 50.5)
    }

    @Test("A second measurement by a newer detector replaces the first, whatever their ids")
    func newer() throws {
        for versions in [["2", "10"], ["10", "2"]] {
            let profile = try profile(
                versions.map {
                    try Make.features("v1", by: "ann", still: $0 == "10" ? 0.96 : 0, version: $0)
                })
            #expect(profile.score == 192)
            #expect(profile.videos == 1)
        }
    }

    @Test("A video without a creator makes no profile")
    func anonymous() throws {
        let events = try [
            Make.observed("v1", by: nil, sequence: 1), Make.features("v1", by: nil, still: 1),
            Make.edge("v1", by: nil, shows: "r1", of: "bob"), Make.searched("v1"),
        ]
        #expect(ProfileFold.fold(events: events, rules: .standard).isEmpty)
    }
}
