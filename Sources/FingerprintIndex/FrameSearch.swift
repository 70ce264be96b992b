import CKernels
import Fingerprints

/// Which references may show a query's pictures: the lists of frame codes propose, a look along the line confirms.
///
/// Each of the query's pictures opens the blocks in which its copies most probably lie. What is found near proposes a
/// reference and a place in it, and distinct pictures that propose the same place add up. The best proposals are then
/// looked at: all the query's pictures against the frames that the reference shows at their times. What passes is judged
/// in full by `Aligner`. Work is bounded by the query, however much there is in the index.
struct FrameSearch {
    typealias Place = SoundSearch.Place

    private let questions: FrameQuestions
    private let segments: [Snapshot.Live]
    private let parameters: FrameSearchParameters
    /// Decades: among how many pairs is searched.
    private let price: Double
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
        self.parameters = parameters
        self.isWanted = isWanted
        let codes = segments.reduce(0) { $0 + $1.segment.layout.codes }
        // Each moment was compared with all of them, as it is and mirrored.
        price = log10Of(Double(max(1, 2 * codes * questions.moments)))
    }

    func found() throws(IndexError) -> Set<Place> {
        var candidates: [(place: Place, decades: Double)] = []
        var looked: [Place: [(offset: Double, mirrored: Bool)]] = [:]
        for proposal in proposals(try meetings()).prefix(parameters.looksMax) {
            let meeting = proposal.meeting
            let offset = meeting.time - questions.questions[meeting.question].time
            let isKnown = looked[meeting.place, default: []].contains {
                $0.mirrored == meeting.mirrored && abs($0.offset - offset) < parameters.sameSeconds
            }
            if isKnown { continue }
            looked[meeting.place, default: []].append((offset, meeting.mirrored))
            let decades = evidence(along: meeting)
            if decades >= parameters.decadesLeast { candidates.append((meeting.place, decades)) }
        }
        // Sorting is stable: equals stay in the order of the proposals.
        candidates.sort { $0.decades > $1.decades }
        var found: Set<Place> = []
        for candidate in candidates where found.count < parameters.candidatesMax { found.insert(candidate.place) }
        return found
    }

    // MARK: Proposals

    /// All meetings, question by question, segment by segment.
    private func meetings() throws(IndexError) -> [Meeting] {
        let all = segments.reduce(0) { $0 + $1.segment.layout.codes }
        let blocks = parameters.blocks(questions: questions.questions.count)
        let most = questions.scale.cost(under: parameters.meetingDeviations)
        var meetings: [Meeting] = []
        for (number, question) in questions.questions.enumerated() {
            for (mirrored, asked) in [(false, question.straight), (true, question.mirrored)] {
                for (segmentNumber, live) in segments.enumerated() where live.segment.layout.codes > 0 {
                    let share = max(1.0 / 8, Double(live.segment.layout.codes) / Double(all))
                    var previous: Int?
                    for hit in try live.segment.frames(
                        near: asked, blocks: Int(Double(blocks) * share), costMost: most
                    ).hits {
                        // Both tables may name the same code.
                        if previous == Int(hit.code) { continue }
                        previous = Int(hit.code)
                        let record = live.segment.record(holding: Int(hit.code))
                        let place = Place(segment: segmentNumber, record: record)
                        guard !live.dead[record], isWanted(segmentNumber, record) else { continue }
                        meetings.append(
                            Meeting(
                                question: number, place: place, mirrored: mirrored,
                                time: live.segment.seconds(ofCode: Int(hit.code)),
                                decades: questions.scale.decades(hit.cost)))
                    }
                }
            }
        }
        return meetings
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

    /// What all pictures together say for a line through a meeting at the query's own speed, decades.
    ///
    /// The line may lean by `leaning`, so each picture looks at the frames of a span that grows with its distance.
    private func evidence(along meeting: Meeting) -> Double {
        let segment = segments[meeting.place.segment].segment
        let codes = segment.codes(ofRecord: meeting.place.record)
        let anchor = questions.questions[meeting.question].time
        let most = questions.scale.cost(under: parameters.lookDeviations)
        var ofMoment: [Int: (decades: Double, frames: Int)] = [:]
        for question in questions.questions {
            let time = meeting.time + question.time - anchor
            let reach = parameters.reachSeconds + parameters.leaning * abs(question.time - anchor)
            let seen = segment.codes(from: time - reach, to: time + reach, among: codes)
            guard !seen.isEmpty else { continue }
            let asked = meeting.mirrored ? question.mirrored : question.straight
            guard let best = segment.least(cost: asked, among: seen, most: most) else { continue }
            let decades = questions.scale.decades(best)
            if decades > ofMoment[question.moment]?.decades ?? 0 { ofMoment[question.moment] = (decades, seen.count) }
        }
        return together(ofMoment.map { ($0.key, $0.value.decades, $0.value.frames) }) - price
    }
}

extension FrameSearch {
    /// Decades of several moments.
    ///
    /// The surest counts in full: it was looked for among all codes, and that is the search's price. What was found by its
    /// strongest bits is near in all of them far more often than a stranger taken blindly. Each further moment counts by
    /// what it says that none before it said: of the frames it was compared with one is near by chance, and what one
    /// moment in ten does by chance says nothing.
    private func together(_ moments: [(moment: Int, decades: Double, frames: Int)]) -> Double {
        // One order, whatever the dictionary's.
        let sorted = moments.sorted { a, b in a.decades != b.decades ? a.decades > b.decades : a.moment < b.moment }
        var counted: [Int] = [], sum = 0.0
        for (moment, decades, frames) in sorted.prefix(parameters.momentsMax) {
            let more = counted.isEmpty ? decades : max(0, decades - log10Of(Double(frames)) - 1)
            sum += more * (counted.map { questions.novelty(moment, besides: $0) }.min() ?? 1)
            counted.append(moment)
        }
        return sum
    }
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
    /// Decades of a candidate, the search paid.
    var decadesLeast = 1.0

    func blocks(questions: Int) -> Int {
        min(blocksOfQuestion, max(blocksLeast, blocksOfQuery / max(1, 2 * questions)))
    }
}
