import Foundation
import Frames
import Records
import Scoring
import Testing

/// The same events give the same bytes; what was reversed has never been.
@Suite struct FoldingAgain {
    /// Three creators who copy from each other, post stills, and do good work.
    private func events(videos: Int = 12) throws -> [Event] {
        var events: [Event] = []
        let creators = ["ann", "bob", "eve"]
        for index in 0..<videos {
            let (creator, video) = (creators[index % 3], "v\(index)")
            events += try [
                Make.observed(
                    video, by: creator, sequence: Int64(index / 2),
                    publishedAt: index % 4 == 0 ? nil : "2026-11-\(10 + index % 19)T10:00:00Z"),
                Make.features(
                    video, by: creator, duration: Double(7 + index % 5), still: Double(index % 10) / 9,
                    quality: Double(index * 3), recapture: index % 7 == 0 ? 0.97 : 0.1),
                Make.searched(video),
            ]
            if index % 5 == 0 {
                events.append(
                    try Make.edge(video, by: creator, shows: "v\(index / 2 + 1)", of: creators[(index / 2 + 1) % 3]))
            }
        }
        return events
    }

    /// The same with decisions about every match: each verdict in turn, some of them taken back or followed by another.
    private func decided(_ events: [Event]) throws -> [Event] {
        let verdicts = Event.Decision.Verdict.allCases
        var more: [Event] = []
        for (index, edge) in events.filter({ $0.type == .matchEdge }).enumerated() {
            let first = try Make.decision(on: edge, verdicts[index % verdicts.count])
            more.append(first)
            if index % 3 == 1 { more.append(try Make.reversal(of: first, why: "taken back")) }
            if index % 3 == 2 {
                more.append(
                    try Make.decision(on: edge, verdicts[(index + 2) % verdicts.count], at: "2026-11-22T10:00:00Z"))
            }
        }
        return events + more
    }

    private func bytes(_ profiles: [String: CreatorProfile]) throws -> String { try CanonicalJSON.string(profiles) }

    @Test("Shuffled and repeated events give identical bytes, all at once or one by one")
    func shuffled() throws {
        let events = try decided(events(videos: 30)) + [Make.reversal(of: events()[1])]
        let expected = try bytes(ProfileFold.fold(events: events, rules: .standard))
        var random = SplitMix(state: 20_261_121)
        for _ in 0..<8 {
            let shuffled = (events + events.prefix(17)).shuffled(using: &random)
            #expect(try bytes(ProfileFold.fold(events: shuffled, rules: .standard)) == expected)
            var book = ProfileBook(rules: .standard)
            var profiles: [String: CreatorProfile] = [:]
            for event in shuffled {
                // Only the creators said to be touched are folded again.
                for creator in book.insert(event) { profiles[creator] = book.profile(of: creator) }
            }
            #expect(try bytes(profiles) == expected)
        }
    }

    @Test("One creator's events alone give the same profile as everybody's")
    func alone() throws {
        let events = try events()
        let all = ProfileFold.fold(events: events, rules: .standard)
        let own = events.filter { ProfileFold.creator(of: $0) == "bob" || $0.type == .matchSearched }
        #expect(ProfileFold.profile(of: "bob", events: own, rules: .standard) == all["bob"])
        let decided = try decided(events)
        let about = decided.filter {
            ProfileFold.creators(namedBy: $0).contains("bob") || $0.type == .matchSearched || $0.body.subject != nil
        }
        #expect(
            ProfileFold.profile(of: "bob", events: about, rules: .standard)
                == ProfileFold.fold(events: decided, rules: .standard)["bob"])
    }

    @Test("Reversing any one event gives the profiles of a world without it, but for the list of reversed events")
    func reversed() throws {
        let events = try events()
        for (index, event) in events.enumerated() {
            let reversal = try Make.reversal(of: event)
            let after = ProfileFold.fold(events: [reversal] + events, rules: .standard)
            var without = events
            without.remove(at: index)
            let expected = ProfileFold.fold(events: without, rules: .standard)
            #expect(try bytes(after.mapValues(\.withoutReversed)) == bytes(expected))
            let lists = after.values.flatMap(\.reversed)
            #expect(
                lists == [
                    CreatorProfile.ReversedEvent(
                        eventID: event.eventID, type: event.type, video: ProfileFold.video(of: event) ?? "",
                        reversalID: reversal.eventID, by: "reviewer 7", why: "licence shown")
                ])
        }
    }

    @Test("Reversing any one event among decisions gives the profiles of a world without it, all at once or one by one")
    func reversedDecisions() throws {
        let events = try decided(events())
        #expect(events.count { $0.type == .decision } >= 3)
        for (index, event) in events.enumerated() where event.type != .reversal {
            // What it is reversed by is reversed as well where the event's reversal is among them.
            guard !events.contains(where: { $0.type == .reversal && $0.body.subject == event.eventID }) else {
                continue
            }
            let reversal = try Make.reversal(of: event, why: "won")
            let after = ProfileFold.fold(events: events + [reversal], rules: .standard)
            var without = events
            without.remove(at: index)
            let expected = ProfileFold.fold(events: without, rules: .standard).mapValues(\.withoutReversed)
            #expect(try bytes(after.mapValues(\.withoutReversed)) == bytes(expected), "\(event.type) \(index)")
            var book = ProfileBook(rules: .standard, events: events)
            var profiles = book.profiles()
            for creator in book.insert(reversal) { profiles[creator] = book.profile(of: creator) }
            #expect(profiles == after)
        }
    }

    @Test("A reversed copy gives its points back and says who decided and why")
    func appeal() throws {
        let edge = try Make.edge("v1", by: "ann", shows: "r1", of: "bob")
        let seen = try Make.observed("v1", by: "ann", sequence: 1)
        #expect(ProfileFold.fold(events: [seen, edge], rules: .standard)["ann"]?.score == 180)
        let won = try Make.reversal(of: edge, by: "reviewer 7", why: "licence shown")
        let profile = try #require(ProfileFold.fold(events: [seen, edge, won], rules: .standard)["ann"])
        #expect(profile.score == 200)
        #expect(profile.copies.isEmpty)
        #expect(profile.reversed.map(\.why) == ["licence shown"])
    }

    @Test("A reversal that is itself reversed takes nothing out; a third one does again")
    func chain() throws {
        let edge = try Make.edge("v1", by: "ann", shows: "r1", of: "bob")
        let first = try Make.reversal(of: edge)
        let second = try Make.reversal(of: first, why: "licence forged")
        let third = try Make.reversal(of: second, why: "licence genuine after all")
        let score = { (events: [Event]) in ProfileFold.fold(events: events, rules: .standard)["ann"]?.score }
        let seen = try Make.observed("v1", by: "ann", sequence: 1)
        #expect(score([seen, edge, first]) == 200)
        #expect(score([seen, edge, first, second]) == 180)
        #expect(score([third, second, first, edge, seen]) == 200)
    }

    @Test("Reversals forged into a ring end, and give the same answer in any order")
    func ring() throws {
        let edge = try Make.edge("v1", by: "ann", shows: "r1", of: "bob")
        var (a, b) = (try Make.reversal(of: edge), try Make.reversal(of: edge, why: "other"))
        a.body = .reversal(Event.Reversal(eventID: b.eventID, by: "x", why: "ring"))
        b.body = .reversal(Event.Reversal(eventID: a.eventID, by: "x", why: "ring"))
        let one = ProfileFold.fold(events: [edge, a, b], rules: .standard)
        #expect(one == ProfileFold.fold(events: [b, a, edge], rules: .standard))
        #expect(one["ann"]?.score == 180)
    }

    @Test("Two bodies under one id: the same one stays whichever came first")
    func forged() throws {
        let honest = try Make.features("v1", by: "ann", still: 1)
        var forged = try Make.features("v1", by: "bob", still: 0)
        forged.eventID = honest.eventID
        #expect(
            ProfileFold.fold(events: [honest, forged], rules: .standard)
                == ProfileFold.fold(events: [forged, honest], rules: .standard))
    }

    @Test("When everything about a creator is reversed there is no profile")
    func nothingLeft() throws {
        let seen = try Make.observed("v1", by: "ann", sequence: 1)
        #expect(ProfileFold.fold(events: [seen, try Make.reversal(of: seen)], rules: .standard).isEmpty)
    }

    @Test("Reversing the source's observation leaves the match standing: a match is taken out by its own id")
    func reversedSource() throws {
        let source = try Make.observed("r1", by: "bob", sequence: 1)
        let events = try [
            source, Make.observed("v1", by: "ann", sequence: 2), Make.edge("v1", by: "ann", shows: "r1", of: "bob"),
        ]
        let after = ProfileFold.fold(events: events + [try Make.reversal(of: source)], rules: .standard)
        #expect(after.keys.sorted() == ["ann"])
        #expect(after["ann"]?.score == 180)
    }

    @Test("When Moiré saw it, and by which build, does not matter")
    func observedAt() throws {
        let body = try Make.features("v1", by: "ann", still: 1).body
        let early = try Make.event(body, observedAt: "2020-01-01T00:00:00Z")
        let late = try Make.event(body, observedAt: "2030-01-01T00:00:00Z")
        #expect(
            ProfileFold.fold(events: [early, late], rules: .standard)
                == ProfileFold.fold(events: [late], rules: .standard))
    }

    @Test("A profile's JSON, spelled out")
    func json() throws {
        let edge = try Make.edge("v1", by: "ann", shows: "r1", of: "bob")
        let events = try [
            Make.observed("v1", by: "ann", sequence: 1), Make.features("v1", by: "ann", still: 0.25), edge,
        ]
        let profile = try #require(ProfileFold.fold(events: events, rules: .standard)["ann"])
        let text = String(decoding: try profile.canonicalBytes(), as: UTF8.self)
        #expect(
            text == """
                {"band":"good standing","copies":[{"bank":"uploads","direction":"published","event_id":"\(edge.eventID)",\
                "modality":"video","query":{"end":8,"start":0},"reference":{"end":13,"start":5},"relation":"unknown",\
                "score":0.9,"share":0.8,"source":"r1","source_creator":"bob","video":"v1"}],"creator":"ann","flags":[],\
                "history":[200,180],"measured_videos":1,"notes":[],"points":[{"advice":"Show the product with your own \
                camera, hands and voice. If you have a licence, send it with an appeal.","clause":"originality.copied",\
                "event_ids":["\(edge.eventID)"],"nominal":-20,"points":-20,"reason":"80% of this video shows what “r1” of \
                bob showed before (0:00.0 to 0:08.0).","rule":"copied_content","score_after":180,\
                "spans":[{"end":8,"start":0}],"video":"v1"}],"quality_mean":50,"recaptures":0,"repeats":[],"reversed":[],\
                "rules_version":"standard/2","schema":"moire.profile/1","score":180,"sounds":[],"static_share":0.25,"videos":1}
                """)
        #expect(try CanonicalJSON.decode(CreatorProfile.self, from: Data(text.utf8)) == profile)
    }
}

/// A fixed sequence, so that a failure can be repeated (Steele et al., OOPSLA 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
