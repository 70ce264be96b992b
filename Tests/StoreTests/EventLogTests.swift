import EngineSupport
import Foundation
import Frames
import JobQueue
import Records
import Store
import Testing

@Suite("The event log and the profiles")
struct EventLogTests {
    @Test(
        "Events are found by creator and video at either end of a match, by id, and from a point on",
        arguments: Engine.stores)
    func lookups(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        let (ann, bob) = (job("annclip", creator: "ann"), job("bobclip", creator: "bob"))
        try accept(ann, bob, in: store)
        let events = [
            try observed(ann), try observed(bob, sequence: 2), try edge("bobclip", "annclip", creators: ("bob", "ann")),
        ]
        var first = try success(ann, attempt: 1)
        first.events = [events[0]]
        var second = try success(bob, attempt: 1)
        // The last of these is the first again: it is one event.
        second.events = [events[1], events[2], events[0]]
        _ = try store.settle(first)
        _ = try store.settle(second)
        let reader = try StoreReader(home: test.home)
        #expect(try reader.events().map(\.event) == events)
        #expect(try reader.events(ofCreator: "ann").map(\.event) == [events[0], events[2]])
        #expect(try reader.events(ofCreator: "bob").map(\.event) == [events[1], events[2]])
        #expect(try reader.events(ofVideo: "annclip").map(\.event) == [events[0], events[2]])
        #expect(try reader.matchEdges().map(\.event) == [events[2]])
        #expect(try reader.event(events[1].eventID)?.event == events[1])
        #expect(try reader.event("none") == nil)
        #expect(try reader.creators() == ["ann", "bob"])
        let after = try reader.events()[0].sequence
        #expect(try reader.events(after: after).map(\.event) == Array(events[1...]))
        #expect(try reader.events(after: after, types: [.matchEdge], limit: 5).map(\.event) == [events[2]])
        #expect(try reader.lastEventSequence() == (try reader.events().last?.sequence))
    }

    @Test(
        "A reversal comes in by the inbox, is one event however often it is sent, and names what it reverses",
        arguments: Engine.stores)
    func reversal(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        let message = InboxMessage.reversal(tenant: "default", eventID: "e1", by: "ann", why: "own footage")
        #expect(try store.ingest([message], at: noon, producer: producer).events == 1)
        #expect(try store.ingest([message], at: "2027-01-01T00:00:00Z", producer: producer).events == 0)
        let found = try store.reader.reversals(of: "e1")
        #expect(found.map(\.event.body) == [.reversal(.init(eventID: "e1", by: "ann", why: "own footage"))])
        #expect(try store.reader.reversals().count == 1)
        #expect(try store.reader.reversals(of: "e2").isEmpty)
    }

    @Test(
        "What was brought back can be reversed again for the same reason, and the reversal in force is told",
        arguments: Engine.stores)
    func reversedAgain(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        func reverse(_ id: String, at second: Int) throws -> String? {
            let message = InboxMessage.reversal(
                tenant: "default", eventID: id, by: "ann", why: "own footage", at: "2026-11-21T10:00:0\(second).000000Z"
            )
            #expect(try store.ingest([message], at: noon, producer: producer).events == 1)
            return try store.reader.reversals(of: id).last?.event.eventID
        }
        #expect(try store.reader.reversalInForce(of: "e1") == nil)
        let first = try #require(try reverse("e1", at: 1))
        #expect(try store.reader.reversalInForce(of: "e1")?.event.eventID == first)
        _ = try reverse(first, at: 2)
        #expect(try store.reader.reversalInForce(of: "e1") == nil)
        let second = try #require(try reverse("e1", at: 3))
        #expect(second != first)
        #expect(try store.reader.reversalInForce(of: "e1")?.event.eventID == second)
    }

    @Test(
        "A decision comes in by the inbox; decided again at another time it is another event",
        arguments: Engine.stores)
    func decision(engine: Engine) throws {
        let test = try TestEngine(engine)
        let store = try Store(home: test.home)
        let first = Event.Decision(
            eventID: "e1", verdict: .licensed, by: "ann", why: "contract", at: "2026-11-21T10:00:00.000000Z")
        var second = first
        second.at = "2026-11-21T10:00:00.000001Z"
        let messages = [first, second, first].map { InboxMessage.decision(tenant: "default", body: $0) }
        #expect(try store.ingest(messages, at: noon, producer: producer).events == 2)
        let found = try store.reader.decisions(about: "e1")
        #expect(found.map(\.event.body) == [.decision(first), .decision(second)])
        #expect(found.map(\.event.occurredAt) == [first.at, second.at])
        #expect(try store.reader.decisions(about: "e2").isEmpty)
        #expect(try store.reader.reversals().isEmpty)
        #expect(try store.reader.events(types: [.decision]).count == 2)
    }

    @Test(
        "Profiles are put, replaced, and read by creator or all, also by another connection", arguments: Engine.stores)
    func profiles(engine: Engine) throws {
        let test = try TestEngine(engine)
        let writer = try ProfileStore(writing: test.home)
        let ann = StoredProfile(creator: "ann", profile: #"{"score":200}"#, foldedThrough: 4)
        let bob = StoredProfile(creator: "bob", profile: #"{"score":150}"#, foldedThrough: 4)
        try writer.put([bob, ann])
        let reader = try ProfileStore(reading: test.home)
        #expect(try reader.all() == [ann, bob])
        let better = StoredProfile(creator: "bob", profile: #"{"score":180}"#, foldedThrough: 9)
        try writer.put([better])
        #expect(try reader.get("bob") == better)
        #expect(try reader.get("cid") == nil)
    }
}
