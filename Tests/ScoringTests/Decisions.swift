import FingerprintIndex
import Frames
import Records
import Scoring
import Testing

/// What a reviewer decides about a match, and what becomes of the two creators' profiles.
@Suite struct Decisions {
    private let rules = ScoringRules.standard

    /// Ann's v1 shows 8 of its 10 seconds from bob's r1, of which that is the half: 20 points.
    private func copied(
        score: Double = 0.9, direction: Event.MatchEdge.Direction = .published
    ) throws -> (all: [Event], edge: Event) {
        let edge = try Make.edge("v1", by: "ann", shows: "r1", of: "bob", score: score, direction: direction)
        return (
            try [Make.observed("r1", by: "bob", sequence: 1), Make.observed("v1", by: "ann", sequence: 2), edge], edge
        )
    }

    private func fold(_ events: [Event]) -> [String: CreatorProfile] { ProfileFold.fold(events: events, rules: rules) }

    @Test(
        "Dismissed, licensed or own footage: the match costs nothing, and says who decided and why",
        arguments: [
            (Event.Decision.Verdict.dismissed, "dismissed"), (.licensed, "licensed"), (.ownFootage, "own_footage"),
        ])
    func excused(verdict: Event.Decision.Verdict, word: String) throws {
        let (events, edge) = try copied()
        let decision = try Make.decision(on: edge, verdict, why: "letter of 3 May")
        let ann = try #require(fold(events + [decision])["ann"])
        #expect(ann.score == 200)
        #expect(ann.points.isEmpty)
        let copy = try #require(ann.copies.first)
        #expect(copy.notCounted == word)
        #expect(
            copy.decision
                == .init(
                    eventID: decision.eventID, verdict: verdict, by: "reviewer 7", why: "letter of 3 May",
                    at: "2026-11-21T10:00:00.000000Z"))
        #expect(fold(events + [decision])["bob"] == fold(events)["bob"])
    }

    @Test("A confirmed match counts where its score or its order would not have, and its points name the decision")
    func confirmed() throws {
        let (events, edge) = try copied(score: 0.4, direction: .unknown)
        #expect(fold(events)["ann"]?.copies.map(\.notCounted) == ["order_unknown"])
        let decision = try Make.decision(on: edge, .confirmed)
        let ann = try #require(fold(events + [decision])["ann"])
        #expect(ann.score == 180)
        #expect(ann.copies.map(\.notCounted) == [nil])
        #expect(ann.copies.first?.decision?.by == "reviewer 7")
        #expect(ann.points.map(\.eventIDs) == [[edge.eventID, decision.eventID].sorted()])
    }

    @Test("Where the other side was first, the match counts against that side, with the spans exchanged")
    func otherFirst() throws {
        let (events, edge) = try copied()
        let decision = try Make.decision(on: edge, .otherFirst)
        let profiles = fold([decision] + events)
        let (ann, bob) = (try #require(profiles["ann"]), try #require(profiles["bob"]))
        #expect(ann.score == 200)
        #expect(ann.copies.map(\.notCounted) == ["other_first"])
        // r1's half: 12 points.
        #expect(bob.score == 188)
        let copy = try #require(bob.copies.first)
        #expect(copy.video == "r1" && copy.source == "v1" && copy.sourceCreator == "ann")
        #expect(copy.query == TimeSpan(start: 5, end: 13) && copy.reference == TimeSpan(start: 0, end: 8))
        #expect(copy.share == 0.5)
        #expect(copy.direction == .decided)
        #expect(copy.notCounted == nil)
        #expect(bob.points.map(\.eventIDs) == [[edge.eventID, decision.eventID].sorted()])
        #expect(
            bob.points.first?.reason == "50% of this video shows what “v1” of ann showed before (0:05.0 to 0:13.0).")
    }

    @Test("Taken back, both sides stand as before, and both say what was taken back")
    func otherFirstReversed() throws {
        let (events, edge) = try copied()
        let decision = try Make.decision(on: edge, .otherFirst)
        let back = try Make.reversal(of: decision, by: "reviewer 9", why: "clock of the upload was wrong")
        let profiles = fold(events + [decision, back])
        #expect(profiles.mapValues(\.withoutReversed) == fold(events))
        for creator in ["ann", "bob"] {
            #expect(
                profiles[creator]?.reversed == [
                    .init(
                        eventID: decision.eventID, type: .decision, video: "v1", reversalID: back.eventID,
                        by: "reviewer 9", why: "clock of the upload was wrong")
                ])
        }
    }

    @Test("A creator known only as the other side has a profile while such a decision stands, and none after")
    func otherSideAlone() throws {
        let edge = try Make.edge("v1", by: "ann", shows: "r1", of: "bob")
        let decision = try Make.decision(on: edge, .otherFirst)
        #expect(fold([edge]).keys.sorted() == ["ann"])
        #expect(fold([edge, decision])["bob"]?.score == 188)
        #expect(fold([edge, decision, try Make.reversal(of: decision)]).keys.sorted() == ["ann"])
        #expect(fold([edge, decision, try Make.reversal(of: edge)]).isEmpty)
    }

    @Test("The latest decision is in force, by its time and not by its arrival; without it, the one before is")
    func latest() throws {
        let (events, edge) = try copied()
        let early = try Make.decision(on: edge, .licensed, at: "2026-11-21T10:00:00.000000Z")
        let late = try Make.decision(on: edge, .confirmed, at: "2026-11-21T10:00:00.000001Z")
        // An hour east of UTC: earlier than both.
        let first = try Make.decision(on: edge, .dismissed, at: "2026-11-21T10:59:59+01:00")
        for order in [[early, late, first], [late, first, early], [first, early, late]] {
            #expect(fold(events + order)["ann"]?.score == 180)
            let back = try Make.reversal(of: late)
            #expect(fold([back] + order + events)["ann"]?.copies.map(\.notCounted) == ["licensed"])
        }
    }

    @Test("A dismissed match does not keep a video from being original; a licensed one does")
    func original() throws {
        let edge = try Make.edge("v1", by: "ann", shows: "r1", of: "bob")
        let events = try [
            Make.observed("v1", by: "ann", sequence: 1), Make.features("v1", by: "ann", quality: 70),
            Make.searched("v1"), edge,
        ]
        #expect(fold(events + [try Make.decision(on: edge, .dismissed)])["ann"]?.score == 204)
        #expect(fold(events + [try Make.decision(on: edge, .licensed)])["ann"]?.score == 200)
    }

    @Test("Own earlier video that turned out no copy of it does not excuse; a sound match costs nothing either way")
    func excuses() throws {
        // v2 shows v1, ann's own, and r1 of bob; that v1 had it first excuses v2.
        let again = try Make.edge("v2", by: "ann", shows: "v1", of: "ann", relation: .sameCreator)
        let taken = try Make.edge("v2", by: "ann", shows: "r1", of: "bob")
        #expect(fold([again, taken])["ann"]?.copies.map(\.notCounted) == ["own_footage"])
        let dismissed = try Make.decision(on: again, .dismissed)
        #expect(fold([again, taken, dismissed])["ann"]?.copies.map(\.notCounted) == [nil])
        let song = try Make.edge("v1", by: "ann", shows: "r1", of: "bob", modality: .audio)
        for verdict in [Event.Decision.Verdict.confirmed, .otherFirst] {
            let profiles = fold([song, try Make.decision(on: song, verdict)])
            #expect(profiles.values.allSatisfy { $0.score == 200 })
        }
    }

    @Test("A decision about something that is no match, or is not there, changes nothing")
    func misdirected() throws {
        let (events, _) = try copied()
        let astray = try [
            Make.decision(on: events[0], .dismissed), Make.decision(on: Make.searched("v9"), .otherFirst),
        ]
        #expect(fold(events + astray) == fold(events))
    }
}
