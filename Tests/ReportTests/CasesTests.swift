import FingerprintIndex
import Frames
import Records
import Report
import Scoring
import Testing

/// The queue of cases: what is in it, in which order, and what a decision does to it.
@Suite struct CasesTests {
    private func event(_ body: Event.Body, tenant: String = "default") throws -> Event {
        try Event(
            tenant: tenant, observedAt: "2026-11-21T00:00:00Z", source: "test",
            producer: Producer(name: "test", build: "1"), body: body)
    }

    /// So many of a ten-second query's seconds show the reference.
    private func edge(
        _ query: String, of creator: String, shows reference: String, by other: String, seconds: Double,
        score: Double = 0.9, modality: Match.Modality = .video, tenant: String = "default"
    ) throws -> Event {
        try event(
            .matchEdge(
                .init(
                    match: Match(
                        query: query, reference: reference, bank: "uploads", score: score, modality: modality,
                        queryStart: 0, queryEnd: seconds, referenceStart: 5, referenceEnd: 5 + seconds, speed: 1,
                        offset: 5, mirrored: false, queryCoverage: seconds / 10, referenceCoverage: seconds / 20,
                        falseMatchRate: 1e-9, video: nil, audio: nil, method: "align/1"),
                    queryCreator: creator, referenceCreator: other,
                    relation: creator == other ? .sameCreator : .unknown,
                    direction: .published)), tenant: tenant)
    }

    private func decision(
        on edge: Event, _ verdict: Event.Decision.Verdict, at: String = "2026-11-22T00:00:00.000000Z"
    ) throws -> Event {
        try event(.decision(.init(eventID: edge.eventID, verdict: verdict, by: "reviewer 7", why: "seen", at: at)))
    }

    private func reversal(of target: Event) throws -> Event {
        try event(.reversal(.init(eventID: target.eventID, by: "reviewer 9", why: "taken back")))
    }

    private func book(_ events: [Event]) -> CaseBook {
        var book = CaseBook(rules: .standard)
        let profiles = ProfileFold.fold(events: events, rules: .standard)
        book.take(events, profiles: Array(profiles.values))
        return book
    }

    @Test("Worst first: copies before own repeats before sound, dear before cheap, counting before not")
    func order() throws {
        let events = try [
            edge("song", of: "ann", shows: "tune", by: "bob", seconds: 9, modality: .audio),
            edge("again", of: "ann", shows: "first", by: "ann", seconds: 9),
            edge("third", of: "ann", shows: "clip", by: "bob", seconds: 4),
            edge("whole", of: "ann", shows: "film", by: "bob", seconds: 9),
            edge("faint", of: "ann", shows: "talk", by: "bob", seconds: 9, score: 0.3),
        ]
        let page = book(events).page(CaseFilter(kind: .all), tenant: "default")
        #expect(page.cases.map(\.edge.match.query) == ["whole", "third", "faint", "again", "song"])
        #expect(page.cases.map(\.points) == [-20, -12, 0, -4, 0])
        #expect(page.cases.map(\.view.notCounted) == [nil, nil, "low_score", nil, "sound_only"])
    }

    @Test("Filters by state, kind and creator count what they would show")
    func filters() throws {
        let (a, b) = try (
            edge("v1", of: "ann", shows: "r1", by: "bob", seconds: 9),
            edge("v2", of: "eve", shows: "r2", by: "ann", seconds: 9)
        )
        let events = try [a, b, edge("v3", of: "eve", shows: "v2", by: "eve", seconds: 9), decision(on: a, .licensed)]
        let book = book(events)
        let open = book.page(CaseFilter(), tenant: "default")
        #expect(open.cases.map(\.edge.match.query) == ["v2"])
        #expect(open.countOfState == [.open: 1, .decided: 1, .all: 2])
        #expect(open.countOfKind == [.copies: 1, .own: 1, .sound: 0, .all: 2])
        let decided = book.page(CaseFilter(state: .decided, creator: "ann"), tenant: "default")
        #expect(decided.cases.map(\.id) == [a.eventID])
        #expect(decided.cases.first?.decision?.verdict == .licensed)
        // Ann is at either side.
        #expect(book.page(CaseFilter(state: .all, creator: "ann"), tenant: "default").total == 2)
        #expect(book.page(CaseFilter(state: .all, creator: "bob"), tenant: "default").total == 1)
    }

    @Test("Pages of fifty; one beyond the end is the last one")
    func pages() throws {
        let events = try (0..<120).map { try edge("v\($0)", of: "ann\($0)", shows: "r", by: "bob", seconds: 9) }
        let book = book(events)
        let last = book.page(CaseFilter(page: 9), tenant: "default")
        #expect((last.total, last.pages, last.first, last.cases.count) == (120, 3, 100, 20))
        let all = (0..<3).flatMap { book.page(CaseFilter(page: $0), tenant: "default").cases.map(\.id) }
        #expect(Set(all).count == 120)
    }

    @Test("Another tenant has none of these cases")
    func tenants() throws {
        let mine = try edge("v1", of: "ann", shows: "r1", by: "bob", seconds: 9)
        let book = book([mine])
        #expect(book.page(CaseFilter(state: .all, kind: .all), tenant: "shop").total == 0)
        #expect(book.reviewCase(mine.eventID, tenant: "shop") == nil)
        #expect(book.reviewCase(mine.eventID, tenant: "default")?.id == mine.eventID)
        #expect(book.next(after: "none", tenant: "shop") == nil)
    }

    @Test("A decision that was undone leaves the case open, and in its history with who and why")
    func undone() throws {
        let match = try edge("v1", of: "ann", shows: "r1", by: "bob", seconds: 9)
        let first = try decision(on: match, .dismissed)
        let second = try decision(on: match, .confirmed, at: "2026-11-22T00:00:00.000001Z")
        let decided = book([match, first, second])
        #expect(decided.reviewCase(match.eventID, tenant: "default")?.decision?.verdict == .confirmed)
        let back = try book([match, first, second, reversal(of: first), reversal(of: second)])
        let one = try #require(back.reviewCase(match.eventID, tenant: "default"))
        #expect(one.state == .open && one.decision == nil && one.points == -20)
        #expect(back.history(of: match.eventID).map(\.decision.verdict) == [.dismissed, .confirmed])
        #expect(back.history(of: match.eventID).map { $0.undone?.why } == ["taken back", "taken back"])
        let gone = try book([match, reversal(of: match)])
        #expect(gone.reviewCase(match.eventID, tenant: "default")?.state == .reversed)
    }

    @Test("Turned around, the case's entries are those of the other side, and the thresholds name what was measured")
    func file() throws {
        let match = try edge("v1", of: "ann", shows: "r1", by: "bob", seconds: 9)
        let turned = try decision(on: match, .otherFirst)
        let book = book([match, turned])
        let one = try #require(book.reviewCase(match.eventID, tenant: "default"))
        let file = CaseFile(one, book: book, events: [match])
        #expect(file.entries.map(\.creator) == ["bob"])
        #expect(file.entries.map(\.entry.points) == [-12])
        #expect(file.query.profile?.score == 200 && file.reference.profile?.score == 188)
        #expect(
            file.thresholds.map(\.name) == ["Score", "By chance", "Length", "Share of the later video", "Order"])
        #expect(!file.thresholds.contains { !$0.isMet })
        #expect(file.thresholds.first?.measured == "0.90" && file.thresholds.first?.needed == "at least 0.55")
    }

    @Test("A creator's file has what people did, last first, and what to change, the dearest first")
    func creator() throws {
        let match = try edge("v1", of: "ann", shows: "r1", by: "bob", seconds: 9)
        let again = try edge("v2", of: "ann", shows: "v1", by: "ann", seconds: 9)
        let licensed = try decision(on: match, .licensed)
        let confirmed = try decision(on: match, .confirmed, at: "2026-11-23T00:00:00.000000Z")
        let above = try [licensed, confirmed, reversal(of: licensed)]
        let book = book([match, again] + above)
        let file = CreatorFile("ann", book: book, events: [match, again], above: above)
        #expect(file.profile?.score == 176)
        #expect(file.acts.map(\.eventID) == [confirmed.eventID, licensed.eventID])
        #expect(file.acts.map { $0.undone?.by } == [nil, "reviewer 9"])
        #expect(file.advice.map(\.points) == [-20, -4])
        #expect(file.pointsToNextMilestone?.points == 26)
        #expect(CreatorFile("bob", book: book, events: [match], above: above).acts.count == 2)
    }
}
