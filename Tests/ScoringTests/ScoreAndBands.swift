import Records
import Scoring
import Testing

/// Bounds, milestones, history, and the posting limit.
@Suite struct ScoreAndBands {
    private func copies(_ count: Int) throws -> [Event] {
        try (0..<count).flatMap { index in
            try [
                Make.observed("v\(index)", by: "ann", sequence: Int64(index)),
                Make.edge("v\(index)", by: "ann", shows: "r\(index)", of: "bob"),
            ]
        }
    }

    @Test(
        "The score passes the milestones 150, 100, 50 and stops at 0",
        arguments: [
            (0, 200, "good standing", Int?.none), (2, 160, "good standing", nil), (3, 140, "notice", 150),
            (5, 100, "warning", 100),
            (8, 40, "limited", 50), (10, 0, "exhausted", 0), (12, 0, "exhausted", 0),
        ])
    func milestones(count: Int, score: Int, band: String, milestone: Int?) throws {
        let events = try copies(count) + [Make.observed("w", by: "ann", sequence: 99)]
        let profile = try #require(ProfileFold.fold(events: events, rules: .standard)["ann"])
        #expect(profile.score == score)
        #expect(profile.band == band)
        #expect(profile.milestone == milestone)
        #expect(profile.score == 200 + profile.points.reduce(0) { $0 + $1.points })
        #expect(profile.history.last == score)
    }

    @Test("Entries under a score of 0 stay in the list with zero points and the bound named")
    func bounds() throws {
        let profile = try #require(ProfileFold.fold(events: copies(11), rules: .standard)["ann"])
        #expect(profile.points.count == 11)
        #expect(profile.points.last?.points == 0)
        #expect(profile.points.last?.nominal == -20)
        #expect(profile.points.last?.limitedBy == "bounds")
    }

    @Test("Entries are counted in order of acceptance, not of names")
    func order() throws {
        let events = try [
            Make.observed("z", by: "ann", sequence: 1), Make.features("z", by: "ann", still: 1),
            Make.observed("a", by: "ann", sequence: 2), Make.features("a", by: "ann", still: 0.5),
        ]
        let profile = try #require(ProfileFold.fold(events: events, rules: .standard)["ann"])
        #expect(profile.history == [200, 192, 190])
    }

    private func stills(_ dates: [String?]) throws -> [Event] {
        try dates.enumerated().flatMap { index, date in
            try [
                Make.observed("v\(index)", by: "ann", sequence: Int64(index), publishedAt: date),
                Make.features("v\(index)", by: "ann", still: 0.9),
            ]
        }
    }

    @Test("Five non-interactive videos within seven days raise the flag, the fifth a second later than that does not")
    func postingLimit() throws {
        let four = [
            "2026-11-01T08:00:00Z", "2026-11-02T08:00:00+07:00", "2026-11-04T00:00:00Z", "2026-11-05T23:00:00.5Z",
        ]
        let inside = try #require(
            ProfileFold.fold(
                events: stills(four + ["2026-11-08T07:59:59Z"]), rules: .standard)["ann"])
        #expect(inside.flags.map(\.id) == ["non_interactive_videos"])
        #expect(inside.flags.first?.videos == ["v0", "v1", "v2", "v3", "v4"])
        #expect(
            inside.flags.first?.reason
                == "5 videos without interaction (still pictures, slides, loops) within 7 days.")
        let outside = try #require(
            ProfileFold.fold(
                events: stills(four + ["2026-11-08T08:00:00Z"]), rules: .standard)["ann"])
        #expect(outside.flags.isEmpty)
    }

    @Test("Without publication times non-interactive videos are counted together, and the flag says so")
    func undated() throws {
        let profile = try #require(
            ProfileFold.fold(
                events: stills([nil, nil, "not a date", nil, nil]), rules: .standard)["ann"])
        #expect(profile.flags.map(\.dated) == [false])
        #expect(profile.flags.first?.videos.count == 5)
        #expect(
            try #require(ProfileFold.fold(events: stills([nil, nil, nil, nil]), rules: .standard)["ann"]).flags.isEmpty)
    }
}
