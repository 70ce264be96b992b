import CKernels
import Fingerprints

/// Which references may show a query's pictures: the lists of frame codes propose, a look along the line confirms.
///
/// Each of the query's pictures opens the blocks in which its copies most probably lie. What is found near proposes a
/// reference and a place in it, and distinct pictures that propose the same place add up. The best proposals are then
/// looked at: all the query's pictures against the frames that the reference shows at their times. What passes is judged
/// in full by `Aligner`. Work is bounded by the query, however much there is in the index.
///
/// Every second picture asks as it is and the others as insets, as a copy that was cut or filmed too close lies nearer.
/// Those that lie in no stretch for which something was found ask again and again, each as it did not before, and look
/// farther: what is easily found costs little.
struct FrameSearch {
    typealias Place = SoundSearch.Place

    private let questions: FrameQuestions
    private let segments: [Snapshot.Live]
    private let lists: [FrameLists]
    private let parameters: FrameSearchParameters
    /// Among how many pairs of a frame and a moment is searched in each view.
    private let pairs: Double
    private let isWanted: (_ segment: Int, _ record: Int) -> Bool

    /// A frame of the index near to one of the query's.
    private struct Meeting {
        var question: Int
        var place: Place
        var mirrored: Bool
        /// Seconds of the reference.
        var time: Double
        var decades: Double
    }

    /// - Parameter isWanted: whether a record may be a candidate.
    init(
        query: MediaFingerprint, segments: [Snapshot.Live], parameters: FrameSearchParameters = .v1,
        isWanted: @escaping (_ segment: Int, _ record: Int) -> Bool
    ) {
        questions = FrameQuestions(query)
        self.segments = segments
        lists = FrameLists.all(segments)
        self.parameters = parameters
        self.isWanted = isWanted
        let codes = segments.reduce(0) { $0 + $1.segment.layout.codes }
        // Each moment was compared with all of them, as it is and mirrored.
        pairs = Double(max(1, 2 * codes * questions.moments))
    }

    func found() throws(IndexError) -> Set<Place> {
        var meetings: [Meeting] = [], candidates: [Candidate] = []
        var looked = Looked()
        var asking = Array(questions.questions.indices)
        for round in questions.hasInsets ? FrameRound.all : [FrameRound.only] where !asking.isEmpty {
            meetings += try self.meetings(asking, round)
            candidates += self.candidates(of: proposals(meetings), views: round.views, &looked)
            asking.removeAll { number in
                candidates.contains { $0.span.contains(questions.questions[number].time) }
            }
        }
        // Sorting is stable: equals stay in the order of the proposals.
        candidates.sort { $0.decades > $1.decades }
        var found: Set<Place> = []
        for candidate in candidates where found.count < parameters.candidatesMax { found.insert(candidate.place) }
        return found
    }

    /// A reference for which the pictures speak together.
    private struct Candidate {
        var place: Place
        var decades: Double
        /// From the first picture that speaks for it to the last, seconds of the query.
        var span: ClosedRange<Double>
    }

    /// Delays of a reference that were looked along.
    private struct Looked {
        private var lines: [Place: [(offset: Double, mirrored: Bool)]] = [:]

        /// Returns false where it was looked along one as good as this.
        mutating func insert(_ place: Place, _ offset: Double, _ mirrored: Bool, within seconds: Double) -> Bool {
            let known = lines[place, default: []]
            if known.contains(where: { $0.mirrored == mirrored && abs($0.offset - offset) < seconds }) { return false }
            lines[place, default: []].append((offset, mirrored))
            return true
        }
    }

    private func candidates(
        of proposals: [(meeting: Meeting, decades: Double)], views: Int, _ looked: inout Looked
    ) -> [Candidate] {
        proposals.prefix(parameters.looksMax).compactMap { proposal in
            let meeting = proposal.meeting
            let offset = meeting.time - questions.questions[meeting.question].time
            guard looked.insert(meeting.place, offset, meeting.mirrored, within: parameters.sameSeconds),
                let (decades, span) = evidence(along: meeting, views: views), decades >= parameters.decadesLeast
            else { return nil }
            return Candidate(place: meeting.place, decades: decades, span: span)
        }
    }

    // MARK: Proposals

    /// What some questions meet in a round, question by question, list by list.
    private func meetings(_ asking: [Int], _ round: FrameRound) throws(IndexError) -> [Meeting] {
        let blocks = round.effort * Double(parameters.blocks(questions: questions.questions.count))
        let most = questions.scale.cost(under: parameters.meetingDeviations)
        let plan = FramePlan()
        var meetings: [Meeting] = []
        for number in asking {
            let views = questions.questions[number].views
            guard round.view(number) < views.count else { continue }
            let view = views[round.view(number)]
            for mirrored in round.asksMirrored {
                let asked = mirrored ? view.mirrored : view.straight
                for like in lists {
                    plan.make(
                        for: asked, highBits: like.highBits, postings: like.postings,
                        blocks: Int(blocks * like.share))
                    for segment in like.segments {
                        try meet(asked, by: plan, in: segment, most: most) { code, place, decades in
                            meetings.append(
                                Meeting(
                                    question: number, place: place, mirrored: mirrored,
                                    time: segments[segment].segment.seconds(ofCode: code), decades: decades))
                        }
                    }
                }
            }
        }
        return meetings
    }

    /// The codes of one segment that one picture of a question meets.
    private func meet(
        _ asked: moire_frame_query, by plan: FramePlan, in number: Int, most: UInt32,
        _ body: (_ code: Int, _ place: Place, _ decades: Double) -> Void
    ) throws(IndexError) {
        let live = segments[number]
        var previous: Int?
        for hit in try live.segment.frames(near: asked, by: plan, costMost: most).hits {
            // Both tables may name the same code.
            if previous == Int(hit.code) { continue }
            previous = Int(hit.code)
            let record = live.segment.record(holding: Int(hit.code))
            guard !live.dead[record], isWanted(number, record) else { continue }
            body(Int(hit.code), Place(segment: number, record: record), questions.scale.decades(hit.cost))
        }
    }

    /// The best meeting of each reference, side and second of delay, those first for which most distinct pictures speak.
    private func proposals(_ meetings: [Meeting]) -> [(meeting: Meeting, decades: Double)] {
        struct Line: Hashable {
            var place: Place
            var mirrored: Bool
            var delay: Int
        }
        var lines: [Line: [Int: Int]] = [:]  // the best meeting of each moment
        var order: [Line] = []
        for (number, meeting) in meetings.enumerated() {
            let question = questions.questions[meeting.question]
            let line = Line(
                place: meeting.place, mirrored: meeting.mirrored,
                delay: Int(((meeting.time - question.time) / parameters.sameSeconds).rounded()))
            if lines[line] == nil { order.append(line) }
            if let best = lines[line]?[question.moment], meetings[best].decades >= meeting.decades { continue }
            lines[line, default: [:]][question.moment] = number
        }
        var proposals = order.map { line -> (meeting: Meeting, decades: Double) in
            let numbers = (lines[line] ?? [:]).values.sorted()
            let best = numbers.max { meetings[$0].decades < meetings[$1].decades } ?? 0
            return (meetings[best], numbers.reduce(0) { $0 + meetings[$1].decades })
        }
        proposals.sort { $0.decades > $1.decades }
        return proposals
    }

    // MARK: Looking

    /// What all pictures together say for a line through a meeting at the query's own speed, decades, and from when to when
    /// they speak; nil where none does.
    ///
    /// The line may lean by `leaning`, so each picture looks at the frames of a span that grows with its distance.
    ///
    /// - Parameter views: of each picture that are compared.
    private func evidence(along meeting: Meeting, views: Int) -> (decades: Double, span: ClosedRange<Double>)? {
        let segment = segments[meeting.place.segment].segment
        let codes = segment.codes(ofRecord: meeting.place.record)
        let anchor = questions.questions[meeting.question].time
        let most = questions.scale.cost(under: parameters.lookDeviations)
        var ofMoment: [Int: (decades: Double, compared: Int)] = [:]
        var span = anchor...anchor
        for question in questions.questions {
            let time = meeting.time + question.time - anchor
            let reach = parameters.reachSeconds + parameters.leaning * abs(question.time - anchor)
            let seen = segment.codes(from: time - reach, to: time + reach, among: codes)
            guard !seen.isEmpty else { continue }
            let costs = question.views.prefix(views).compactMap { view in
                segment.least(cost: meeting.mirrored ? view.mirrored : view.straight, among: seen, most: most)
            }
            guard let best = costs.min() else { continue }
            let decades = questions.scale.decades(best), compared = seen.count * views
            if decades > ofMoment[question.moment]?.decades ?? 0 { ofMoment[question.moment] = (decades, compared) }
            if Self.beyondChance(decades, compared) > parameters.spanDecades {
                span = min(span.lowerBound, question.time)...max(span.upperBound, question.time)
            }
        }
        guard !ofMoment.isEmpty else { return nil }
        return (
            together(ofMoment.map { ($0.key, $0.value.decades, $0.value.compared) })
                - log10Of(pairs * Double(views)), span
        )
    }
}

extension FrameSearch {
    /// Decades of several moments.
    ///
    /// The surest counts in full: it was looked for among all codes, and that is the search's price. What was found by its
    /// strongest bits is near in all of them far more often than a stranger taken blindly. Each further moment counts by
    /// what it says that none before it said.
    private func together(_ moments: [(moment: Int, decades: Double, compared: Int)]) -> Double {
        // One order, whatever the dictionary's.
        let sorted = moments.sorted { a, b in a.decades != b.decades ? a.decades > b.decades : a.moment < b.moment }
        var counted: [Int] = [], sum = 0.0
        for (moment, decades, compared) in sorted.prefix(parameters.momentsMax) {
            let more = counted.isEmpty ? decades : max(0, Self.beyondChance(decades, compared))
            sum += more * (counted.map { questions.novelty(moment, besides: $0) }.min() ?? 1)
            counted.append(moment)
        }
        return sum
    }

    /// What the nearest of several comparisons says: one of them is near by chance, and what one moment in ten does by
    /// chance says nothing.
    private static func beyondChance(_ decades: Double, _ compared: Int) -> Double {
        decades - log10Of(Double(compared)) - 1
    }
}

/// One time of asking: which view each picture asks with, whether as it is or mirrored, and how far it looks.
///
/// Simulated on 60 clips that were filmed, cut and captioned in four ways each: the first round finds nine in ten of what
/// all rounds find, for a thirtieth of their blocks.
struct FrameRound {
    /// The views of pictures with even and with odd numbers.
    private var even: Int, odd: Int
    let asksMirrored: [Bool]
    /// Blocks, of those that `FrameSearchParameters` give a question.
    let effort: Double
    /// Views that proposals are looked at with.
    let views: Int

    private init(_ even: Int, _ odd: Int, mirrored: [Bool] = [false, true], effort: Double, views: Int) {
        (self.even, self.odd, asksMirrored, self.effort, self.views) = (even, odd, mirrored, effort, views)
    }

    func view(_ question: Int) -> Int { question % 2 == 0 ? even : odd }

    /// For pictures without insets.
    static let only = FrameRound(0, 0, effort: 1, views: 1)
    /// As it is or as an inset in the middle, then in the mirror; the other way round; as insets in the corners that there
    /// are.
    static let all = [
        FrameRound(0, 1, mirrored: [false], effort: 0.5, views: 2),
        FrameRound(0, 1, mirrored: [true], effort: 0.5, views: 2),
        FrameRound(1, 0, effort: 1, views: 2),
        FrameRound(2, 2, effort: 2, views: 4), FrameRound(3, 3, effort: 2, views: 4),
        FrameRound(4, 4, effort: 2, views: 6), FrameRound(5, 5, effort: 2, views: 6),
    ]
}

/// The tuned numbers of a search by pictures. They decide what is found and how long it takes, not what a pair is worth.
struct FrameSearchParameters: Sendable {
    static let v1 = FrameSearchParameters()
    /// For turned pictures, of each of four turns.
    static let turned = {
        var turned = FrameSearchParameters()
        turned.blocksOfQuery /= 8
        turned.blocksLeast /= 8
        turned.candidatesMax = 8
        return turned
    }()
    /// Frames that ask with a turned picture.
    static let turnedFrames = 16

    /// Blocks opened for a picture and side at most, and for all pictures of a query together: at ten million codes 0.1 ms a
    /// thousand. Where few ask, each asks longer.
    var blocksOfQuestion = 2048
    var blocksOfQuery = 1 << 14
    var blocksLeast = 96
    /// Standard deviations under strangers from which a frame is a meeting.
    var meetingDeviations = 4.0
    /// The same along a line, where few are looked at.
    let lookDeviations = 2.0
    /// Proposals that are looked at, and candidates that are handed on, of one query.
    let looksMax = 256
    var candidatesMax = 64
    /// Moments that count towards a candidate: more than enough where they are of one film.
    let momentsMax = 64
    /// Delays that are one, seconds.
    let sameSeconds = 1.0
    /// How far from its time on a line a picture may be, seconds, and by how much more for each second from where the line
    /// is known: copies play up to a tenth faster or slower.
    let reachSeconds = 0.75
    let leaning = 0.1
    /// Decades beyond chance that a picture says for a line, to be one that need not ask again.
    let spanDecades = 0.5
    /// Decades of a candidate, the search paid.
    var decadesLeast = 1.0

    func blocks(questions: Int) -> Int {
        min(blocksOfQuestion, max(blocksLeast, blocksOfQuery / max(1, 2 * questions)))
    }
}
