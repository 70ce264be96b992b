internal import Records
internal import Scoring

/// Which cases are wanted, and which page of them.
package struct CaseFilter: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case copies, own, sound, all

        func holds(_ kind: Catalogue.MatchView.Kind) -> Bool {
            switch (self, kind) {
            case (.all, _), (.copies, .copy), (.own, .ownAgain), (.sound, .sound): true
            default: false
            }
        }
    }

    package enum State: String, Sendable, CaseIterable { case open, decided, all }

    package var state: State
    package var kind: Kind
    /// At either side; nil for everybody.
    package var creator: String?
    /// From 0.
    package var page: Int

    package init(state: State = .open, kind: Kind = .copies, creator: String? = nil, page: Int = 0) {
        self.state = state
        self.kind = kind
        self.creator = creator
        self.page = page
    }

    /// Rows of a page: what one looks through without scrolling for long.
    package static let pageSize = 50

    func holds(_ one: ReviewCase) -> Bool { holds(state: one) && kind.holds(one.view.kind) && holds(creator: one) }

    private func holds(state one: ReviewCase) -> Bool {
        switch state {
        case .open: one.state == .open
        case .decided: one.state != .open
        case .all: true
        }
    }

    private func holds(creator one: ReviewCase) -> Bool {
        guard let creator else { return true }
        return one.edge.queryCreator == creator || one.edge.referenceCreator == creator
    }

    /// This filter with another state, for the tab's count.
    func with(_ state: State) -> CaseFilter {
        var other = self
        other.state = state
        return other
    }

    func with(_ kind: Kind) -> CaseFilter {
        var other = self
        other.kind = kind
        return other
    }
}

/// One page of the queue.
package struct CasePage: Sendable {
    package var filter: CaseFilter
    package var cases: [ReviewCase]
    /// On all pages.
    package var total: Int
    package var countOfState: [CaseFilter.State: Int]
    package var countOfKind: [CaseFilter.Kind: Int]
    /// Place of the page's first case among all, from 0.
    package var first: Int
    package var pages: Int

    init(_ all: [ReviewCase], _ filter: CaseFilter) {
        var filter = filter
        var held = all.filter(filter.holds)
        if filter.state == .decided {
            // What was decided last is looked for first.
            held.sort { ($0.decision?.at ?? "", $0.id) > ($1.decision?.at ?? "", $1.id) }
        }
        total = held.count
        pages = max(1, (held.count + CaseFilter.pageSize - 1) / CaseFilter.pageSize)
        filter.page = min(max(0, filter.page), pages - 1)
        first = filter.page * CaseFilter.pageSize
        cases = Array(held.dropFirst(first).prefix(CaseFilter.pageSize))
        let plain = filter
        countOfState = Dictionary(
            uniqueKeysWithValues: CaseFilter.State.allCases.map { state in
                (state, all.count(where: plain.with(state).holds))
            })
        countOfKind = Dictionary(
            uniqueKeysWithValues: CaseFilter.Kind.allCases.map { kind in
                (kind, all.count(where: plain.with(kind).holds))
            })
        self.filter = filter
    }
}
