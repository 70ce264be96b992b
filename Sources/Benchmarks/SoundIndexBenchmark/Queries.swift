import FingerprintIndex
import Frames

/// Ten seconds of a clip, after an attack, as a lookup would ask for them.
struct Query {
    /// Where on the timeline tick 0 lies; nil for clips that are not there.
    var offset: Double?
    /// The question as it is, dense: landmarks, and beside each its neighbours by one bin or one hop, up to 3,000.
    var base: [SoundLandmark]
    /// The question again for 50 speeds and pitches, with 500 landmarks each.
    var transformed: [[SoundLandmark]]

    static let seconds = 10
    static let landmarksMax = 3000
    static let hypotheses = 50
    static let landmarksOfHypothesis = 500

    /// - Parameter start: first sample. Off the fingerprint's grid, as a stranger's cut would be.
    init?(attacked: [Float], start: Int, offset: Double?) {
        let end = start + Self.seconds * MonoBlock.sampleRateHz
        guard end <= attacked.count else { return nil }
        let landmarks = Clip.landmarks(of: Array(attacked[start..<end]))
        guard landmarks.count >= 100 else { return nil }
        self.offset = offset
        base = landmarks
        for (hops, bins) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
            for landmark in landmarks where base.count < Self.landmarksMax {
                var fields = KeyFields(landmark.key)
                fields.hops += hops
                fields.binsUp += bins
                if let key = fields.key { base.append(SoundLandmark(key: key, tick: landmark.tick)) }
            }
        }
        let step = max(1, landmarks.count / Self.landmarksOfHypothesis)
        let some = stride(from: 0, to: landmarks.count, by: step).prefix(Self.landmarksOfHypothesis).map {
            landmarks[$0]
        }
        transformed = (0..<Self.hypotheses).map { number in
            // Half of them speeds of 2 % steps, which move pitch as well; half pitches of a bin's steps.
            let step = number / 2 + 1 - (Self.hypotheses / 4 + 1)
            let speed = number % 2 == 0 ? 1 + 0.02 * Double(step == 0 ? 13 : step) : 1
            let bins = number % 2 == 0 ? 0 : (step == 0 ? 13 : step)
            return some.compactMap { landmark in
                var fields = KeyFields(landmark.key)
                fields.bin = Int(Double(fields.bin) * speed + 0.5) + bins
                fields.binsUp = Int((Double(fields.binsUp) * speed).rounded())
                fields.hops = Int(Double(fields.hops) / speed + 0.5)
                return fields.key.map { SoundLandmark(key: $0, tick: Int32((Double(landmark.tick) / speed).rounded())) }
            }
        }
    }
}

extension Query {
    /// The same question through company and damage: of its landmarks one in `left` stays, and all of a stranger's come in
    /// between, up to as many as a question has.
    func buried(in stranger: Query, left: Int) -> Query {
        var other = self
        other.base = base.indices.filter { $0 % left == 0 }.map { base[$0] }
        other.base += stranger.base.prefix(Self.landmarksMax - other.base.count)
        return other
    }
}

/// What was measured over a set of queries.
struct Answers {
    var baseMs = Series()
    var allMs = Series()
    var wallMs = Series()
    var landmarks = Series()
    var cast = Series()
    var castTransformed = Series()
    var weighed = Series()
    var bestVotes = Series()
    var first = 0
    var among = 0
    var queries = 0

    /// Ticks between the true offset and one that counts as found.
    static let tolerance = 3.0

    mutating func ask(
        _ query: Query, _ postings: SoundPostings,
        _ parameters: (base: SoundVoteParameters, other: SoundVoteParameters),
        _ scratch: inout SoundVoteScratch
    ) throws {
        let wall = Meter.wallSeconds, began = Meter.cpuSeconds
        let votes = try postings.vote(query.base, parameters.base, scratch: &scratch)
        let between = Meter.cpuSeconds
        var others = 0
        for landmarks in query.transformed {
            others += try postings.vote(landmarks, parameters.other, scratch: &scratch).cast
        }
        let ended = Meter.cpuSeconds
        wallMs.add((Meter.wallSeconds - wall) * 1000)
        baseMs.add((between - began) * 1000)
        allMs.add((ended - began) * 1000)
        landmarks.add(Double(query.base.count))
        cast.add(Double(votes.cast))
        castTransformed.add(Double(others))
        weighed.add(Double(votes.weighed))
        bestVotes.add(Double(votes.diagonals.first?.votes ?? 0))
        queries += 1
        guard let offset = query.offset else { return }
        let right = votes.diagonals.map { abs(Double($0.offset) - offset) <= Self.tolerance }
        if right.first == true { first += 1 }
        if right.contains(true) { among += 1 }
    }
}
