@testable import FingerprintIndex
import Testing

@Suite("The inverted list of sound landmarks")
struct SoundPostingsTests {
    @Test("A literal list is stored as drawn in the header")
    func literal() throws {
        // Key 2 at ticks 3 and 8 of 10, key 4 at tick 0: numbers 23, 28, 40; gaps less one 4 and 11.
        let list = [SoundPosting(key: 2, place: 3), SoundPosting(key: 2, place: 8), SoundPosting(key: 4, place: 0)]
        let bytes = encode(list, ticks: 10)
        // In even classes of 8: gap 4 is offset 4 of class 0, gap 11 is offset 3 of class 1; 1 + 3 and 2 + 3 bits. From
        // the lowest bit upwards the classes, 1 and 01; from the highest downwards the offsets, 100 and 011.
        #expect(bytes.prefix(7) == [3, 0, 0, 0, 3 | 128, 0b0000_0101, 0b1000_1100])
        // One block, whose first key is 2, with three numbers.
        #expect(bytes[7..<11] == [3, 2, 0, 0])
        #expect(bytes.count == 7 + 4 + SoundPostings.footerBytes)
        let postings = try SoundPostings(bytes, name: "a list")
        #expect(postings.count == 3)
        #expect(postings.ticks == 10)
        #expect(try all(postings) == list)
    }

    @Test("An empty list is a footer and answers with nothing")
    func empty() throws {
        let bytes = encode([], ticks: 1)
        #expect(bytes.count == SoundPostings.footerBytes)
        let postings = try SoundPostings(bytes, name: "nothing")
        try postings.verify()
        #expect(try all(postings) == [])
        var scratch = SoundVoteScratch()
        #expect(try postings.vote([SoundLandmark(key: 1, tick: 0)], scratch: &scratch) == SoundVotes())
    }

    @Test("What went in comes out, in every kind of list", arguments: Kind.allCases, [1, 2, 99, 256, 3000])
    func roundTrip(_ kind: Kind, _ count: Int) throws {
        let (list, ticks) = kind.list(count: count, seed: UInt64(count))
        let postings = try SoundPostings(encode(list, ticks: ticks), name: "\(kind)")
        #expect(postings.count == list.count)
        #expect(try all(postings) == list)
        try postings.verify()
    }

    @Test("Taking bytes away while postings come in changes none of them")
    func drained() {
        let (list, ticks) = Kind.skewed.list(count: 20_000, seed: 4)
        var encoder = SoundPostingsEncoder(ticks: ticks)
        var bytes: [UInt8] = []
        for (index, posting) in list.enumerated() {
            encoder.append(posting)
            if index % 777 == 0 { bytes += encoder.drain() }
        }
        bytes += encoder.finish()
        #expect(bytes == encode(list, ticks: ticks))
    }

    @Test("A mapped file answers as the bytes do")
    func mapped() throws {
        let folder = try TemporaryFolder()
        let (list, ticks) = Kind.skewed.list(count: 3000, seed: 5)
        try folder.write(encode(list, ticks: ticks), to: "list")
        let postings = try SoundPostings(path: "\(folder.path)/list")
        #expect(try all(postings) == list)
        var scratch = SoundVoteScratch()
        let query = list[1000..<1200].map { SoundLandmark(key: $0.key, tick: Int32($0.place % 500)) }
        let expected = try SoundPostings(encode(list, ticks: ticks), name: "x").vote(query, scratch: &scratch)
        #expect(try postings.vote(query, scratch: &scratch) == expected)
        #expect(throws: IndexError.self) { try SoundPostings(path: "\(folder.path)/none") }
    }

    @Test("Merged lists hold what is left of each, moved", arguments: 1...5)
    func merged(_ seed: UInt64) throws {
        let (a, ticksA) = Kind.skewed.list(count: 3000, seed: seed)
        let (b, ticksB) = Kind.bursts.list(count: 500, seed: seed)
        // The second list comes first, backwards; of the first a piece in the middle goes.
        let moveA: (UInt32) -> UInt32? = { 5000..<9000 ~= $0 ? nil : $0 + UInt32(ticksB) + 7 }
        let moveB: (UInt32) -> UInt32? = { UInt32(ticksB) - 1 - $0 }
        let ticks = ticksA + ticksB + 7
        var encoder = SoundPostingsEncoder(ticks: ticks)
        try SoundPostings.merge(
            [
                (try SoundPostings(encode(a, ticks: ticksA), name: "a"), moveA),
                (try SoundPostings(encode(b, ticks: ticksB), name: "b"), moveB),
            ], into: &encoder)
        let expected = Set(
            a.compactMap { posting in moveA(posting.place).map { SoundPosting(key: posting.key, place: $0) } }
        )
        .union(b.compactMap { posting in moveB(posting.place).map { SoundPosting(key: posting.key, place: $0) } })
        #expect(encoder.finish() == encode(sorted(expected), ticks: ticks))
    }

    /// log2(e × universe / postings) bits is what the best code takes for places that know nothing of each other.
    @Test(
        "A posting takes at most 0.15 bytes more than the best code", arguments: [1_000, 30_000, 100_000], [18, 20, 24])
    func size(_ count: Int, _ keyBits: Int) {
        // A hundred postings a second at 43 ticks.
        let ticks = UInt64(count) * 43 / 100
        var dice = Dice(UInt64(count + keyBits))
        var list = Set<SoundPosting>()
        while list.count < count {
            list.insert(
                SoundPosting(
                    key: UInt32.random(in: 0..<1 << UInt32(keyBits), using: &dice),
                    place: UInt32.random(in: 0..<UInt32(ticks), using: &dice)))
        }
        let bytes = encode(sorted(list), ticks: ticks).count - SoundPostings.footerBytes
        let best = (Double(keyBits) + log2Of(2.718 * 0.43)) / 8
        #expect(Double(bytes) / Double(count) <= best + 0.15)
        #expect(Double(bytes) / Double(count) >= best)
    }

    // MARK: Damage

    @Test("A list cut off at any byte is an error")
    func truncated() {
        let (list, ticks) = Kind.skewed.list(count: 300, seed: 6)
        let whole = encode(list, ticks: ticks)
        for count in 0..<whole.count {
            #expect(throws: IndexError.self) { try SoundPostings(Array(whole.prefix(count)), name: "cut") }
        }
    }

    @Test("A flipped bit is an error or another possible answer, never a crash", arguments: [(150, 1), (2000, 61)])
    func flipped(_ count: Int, _ step: Int) throws {
        let (list, ticks) = Kind.skewed.list(count: count, seed: 7)
        let whole = encode(list, ticks: ticks)
        let query = list.enumerated().filter { $0.offset % 3 == 0 }
            .map { SoundLandmark(key: $0.element.key, tick: Int32($0.element.place)) }
        var scratch = SoundVoteScratch()
        var refused = 0
        for bit in 0..<8 * whole.count where bit % step == 0 || bit >= 8 * (whole.count - SoundPostings.footerBytes) {
            var bytes = whole
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            do throws(IndexError) {
                let postings = try SoundPostings(bytes, name: "flipped")
                #expect(bit / 8 < bytes.count - SoundPostings.footerBytes)
                var failure: IndexError?
                do throws(IndexError) { _ = try postings.vote(query, scratch: &scratch) } catch { failure = error }
                var cursor = postings.cursor()
                var previous: SoundPosting?
                while let posting = try cursor.next() {
                    #expect(posting.key < SoundPostings.keys && UInt64(posting.place) < ticks)
                    if let previous { #expect((previous.key, previous.place) < (posting.key, posting.place)) }
                    previous = posting
                }
                if let failure { throw failure }
                try postings.verify()
            } catch {
                refused += 1
                #expect(error.code == .corrupt || error.code == .unsupportedVersion)
            }
        }
        #expect(refused > 8 * SoundPostings.footerBytes)
    }

    // MARK: Votes

    @Test("Landmarks that agree are found where they agree, and what is alone is not")
    func literalVote() throws {
        // Keys 10, 20, 30 at places 100, 110, 121 and keys 10, 20 again at 900, 911; key 40 elsewhere.
        let list = [(10, 100), (10, 900), (20, 110), (20, 911), (30, 121), (40, 500)]
            .map { SoundPosting(key: $0.0, place: $0.1) }
        let postings = try SoundPostings(encode(list, ticks: 1000), name: "six")
        let query = [(10, 0), (20, 10), (30, 20), (40, 30), (50, 40)].map { SoundLandmark(key: $0.0, tick: $0.1) }
        var scratch = SoundVoteScratch()
        var parameters = SoundVoteParameters.v1
        parameters.votesLeast = 2
        let votes = try postings.vote(query, parameters, scratch: &scratch)
        // Six postings: a key that occurs once weighs floor(log2(6)) = 2, twice floor(log2(3)) = 1.
        // Diagonals 100, 100, 101 with weights 1, 1, 2, and 900, 901 with 1 and 1.
        #expect(
            votes.diagonals == [
                SoundDiagonal(offset: 101, score: 4, votes: 3), SoundDiagonal(offset: 901, score: 2, votes: 2),
            ])
        #expect(votes.keysVoting == 4)
        #expect(votes.cast == 6)
        parameters.votesLeast = 3
        #expect(try postings.vote(query, parameters, scratch: &scratch).diagonals.count == 1)
        parameters.diagonalsMax = 0
        #expect(try postings.vote(query, parameters, scratch: &scratch).diagonals.isEmpty)
    }

    @Test("Two votes a bin's width apart are together, wherever the bins' edges lie", arguments: -9...9)
    func edges(_ shift: Int32) throws {
        let list = [SoundPosting(key: 1, place: 50), SoundPosting(key: 2, place: 52)]
        let postings = try SoundPostings(encode(list, ticks: 100), name: "two")
        var parameters = SoundVoteParameters.v1
        parameters.votesLeast = 2
        var scratch = SoundVoteScratch()
        let votes = try postings.vote(
            [SoundLandmark(key: 1, tick: shift), SoundLandmark(key: 2, tick: shift)], parameters, scratch: &scratch)
        #expect(votes.diagonals == [SoundDiagonal(offset: 51 - Int(shift), score: 2, votes: 2)])
    }

    @Test("Queries that are asked together have the votes that each has alone")
    func together() throws {
        // Four hundred keys in bursts, so that many share a block and one of them fills several.
        var list = (0..<3000 as Range<UInt32>).map { SoundPosting(key: $0 * $0 % 401, place: $0 * 17 % 5000) }
        list += (0..<600 as Range<UInt32>).map { SoundPosting(key: 77, place: $0 * 8) }
        let postings = try SoundPostings(encode(sorted(Array(Set(list))), ticks: 5000), name: "many")
        let queries = (0..<5 as Range<UInt32>).map { (number: UInt32) -> [SoundLandmark] in
            (0..<60 as Range<UInt32>).map { SoundLandmark(key: (number * 31 + $0 * 7) % 450, tick: Int32($0) * 17) }
        }
        var parameters = SoundVoteParameters.v1
        parameters.votesLeast = 1
        var scratch = SoundVoteScratch()
        let alone = try queries.map { try postings.vote($0, parameters, scratch: &scratch) }
        #expect(alone.allSatisfy { $0.cast > 50 })
        let all = SoundQueries(queries.map { SoundQuery($0, parameters) })
        let keys: [UInt32] = Set(queries.joined().map { $0.key }).sorted()
        #expect(all.keys == keys)
        try postings.fetch(all, parameters, scratch: &scratch)
        #expect(all.queries.map { postings.vote($0, parameters, scratch: &scratch) } == alone)
    }

    @Test("A key that sounds all the time, and an instant with many landmarks, do not carry a diagonal")
    func crowds() throws {
        // A hum under key 5 at every tick; a chord of 40 keys at place 700; a tune of 10 keys from 300 on.
        var list = (0..<1000).map { SoundPosting(key: 5, place: $0) }
        list += (0..<40).map { SoundPosting(key: 100 + $0, place: 700) }
        list += (0..<10).map { SoundPosting(key: 1000 + $0, place: 300 + 11 * $0) }
        let postings = try SoundPostings(encode(sorted(list), ticks: 1000), name: "crowds")
        var query = (0..<50).map { SoundLandmark(key: 5, tick: $0) }
        query += (0..<40).map { SoundLandmark(key: 100 + $0, tick: 60) }
        query += (0..<10).map { SoundLandmark(key: 1000 + $0, tick: Int32(11 * $0)) }
        var parameters = SoundVoteParameters.v1
        parameters.occurrencesMax = 100
        parameters.votesPerTick = 4
        var scratch = SoundVoteScratch()
        let votes = try postings.vote(query, parameters, scratch: &scratch)
        #expect(votes.diagonals.map(\.offset) == [300, 640])
        #expect(votes.diagonals.map(\.votes) == [10, 4])
        // Without the limits the hum votes everywhere.
        parameters = .v1
        parameters.occurrencesMax = 1000
        #expect(try postings.vote(query, parameters, scratch: &scratch).cast == 50 * 1000 + 50)
    }

    @Test("Votes are those of a plain count", arguments: Kind.allCases, 1...6)
    func likeReference(_ kind: Kind, _ seed: UInt64) throws {
        var dice = Dice(100 + seed)
        let (list, ticks) = kind.list(count: seed % 3 == 0 ? 60 : 1500, seed: seed)
        let postings = try SoundPostings(encode(list, ticks: ticks), name: "\(kind)")
        // A stretch of the list, late and disturbed; strangers; one landmark twice.
        let start = UInt32.random(in: 0..<UInt32(clamping: ticks), using: &dice)
        var query = list.filter { $0.place >= start }.sorted { $0.place < $1.place }.prefix(250).map {
            SoundLandmark(
                key: $0.key, tick: Int32(min(1 << 20, $0.place - start)) + Int32.random(in: -1...1, using: &dice))
        }
        query += (0..<60).map { _ in
            let any = list[Int.random(in: 0..<list.count, using: &dice)]
            return SoundLandmark(
                key: any.key ^ UInt32.random(in: 0...1, using: &dice), tick: .random(in: -50...400, using: &dice))
        }
        query.append(query[0])
        var parameters = SoundVoteParameters.v1
        parameters.binTicks = [1, 2, 4][Int(seed % 3)]
        parameters.votesLeast = [1, 2, 3, 5][Int(seed % 4)]
        parameters.votesPerTick = [0, 1, 3][Int(seed / 2 % 3)]
        parameters.diagonalsMax = [4, 64][Int(seed % 2)]
        parameters.separationTicks = [0, 8, 33][Int(seed / 3 % 3)]
        parameters.occurrencesMax = [7, 1024, 100][Int(seed / 4 % 3)]
        parameters.votesMax = seed % 5 == 0 ? 500 : 1 << 19
        var scratch = SoundVoteScratch()
        let votes = try postings.vote(query, parameters, scratch: &scratch)
        let expected = plainVotes(query, list, parameters)
        #expect(votes.diagonals == expected.diagonals)
        #expect(votes.cast == expected.cast)
        #expect(votes.keysVoting == expected.keysVoting)
        // Memory that was used before makes no difference.
        let once = try postings.vote(Array(query.prefix(50)), parameters, scratch: &scratch)
        #expect(once.diagonals == plainVotes(Array(query.prefix(50)), list, parameters).diagonals)
    }
}

// MARK: Lists

/// Lists of every shape that a code could dislike.
enum Kind: CaseIterable {
    /// Keys and places know nothing of each other.
    case even
    /// Few keys occur often and most hardly ever.
    case skewed
    /// Keys come in runs of neighbouring places, far from each other.
    case bursts
    /// Two keys at the ends of the range, over the longest timeline.
    case extreme
    /// One key at every tick.
    case hum
    /// Every key at the only tick.
    case instant

    /// Ascending postings, and the ticks of the timeline.
    func list(count: Int, seed: UInt64) -> ([SoundPosting], UInt64) {
        var dice = Dice(seed)
        let ticks: UInt64 =
            switch self {
            case .extreme: 1 << 32
            case .instant: 1
            default: UInt64(max(count, 20_000))
            }
        var set = Set<SoundPosting>()
        while set.count < count {
            let place = UInt32(UInt64.random(in: 0..<ticks, using: &dice))
            switch self {
            case .even: set.insert(SoundPosting(key: .random(in: 0..<1 << 24, using: &dice), place: place))
            case .skewed:
                let key = UInt32.random(in: 0..<1 << UInt32.random(in: 1...24, using: &dice), using: &dice)
                set.insert(SoundPosting(key: key, place: place))
            case .bursts:
                let key = UInt32.random(in: 0..<50, using: &dice) * 77_777
                for step in 0..<min(UInt32(count - set.count), 9) {
                    set.insert(SoundPosting(key: key, place: min(place + 3 * step, UInt32(ticks) - 1)))
                }
            case .extreme:
                let ends: [UInt32] = [0, 1, 1 << 31, .max - 1, .max, place]
                set.insert(
                    SoundPosting(
                        key: Bool.random(using: &dice) ? 0 : (1 << 24) - 1,
                        place: ends[Int.random(in: 0..<6, using: &dice)]))
            case .hum: set.insert(SoundPosting(key: 4242, place: UInt32(set.count)))
            case .instant: set.insert(SoundPosting(key: UInt32(set.count), place: 0))
            }
        }
        return (sorted(set), ticks)
    }
}

func sorted(_ postings: some Sequence<SoundPosting>) -> [SoundPosting] {
    postings.sorted { ($0.key, $0.place) < ($1.key, $1.place) }
}

func encode(_ list: [SoundPosting], ticks: UInt64) -> [UInt8] {
    var encoder = SoundPostingsEncoder(ticks: ticks)
    for posting in list { encoder.append(posting) }
    return encoder.finish()
}

func all(_ postings: SoundPostings) throws -> [SoundPosting] {
    var cursor = postings.cursor()
    var list: [SoundPosting] = []
    while let posting = try cursor.next() { list.append(posting) }
    return list
}

func log2Of(_ value: Double) -> Double {
    // By halves and squares; the standard library has no logarithm.
    var (rest, whole) = (value, 0.0)
    while rest >= 2 { (rest, whole) = (rest / 2, whole + 1) }
    var bit = 0.5
    for _ in 0..<40 {
        rest *= rest
        if rest >= 2 { (rest, whole) = (rest / 2, whole + bit) }
        bit /= 2
    }
    return whole
}

// MARK: The plain count

/// What `SoundPostings.vote` promises, with dictionaries and loops.
func plainVotes(
    _ query: [SoundLandmark], _ list: [SoundPosting], _ parameters: SoundVoteParameters
) -> SoundVotes {
    let places = Dictionary(grouping: list, by: \.key).mapValues { $0.map(\.place) }
    let landmarks = Set(query).filter { places[$0.key, default: []].count <= parameters.occurrencesMax }
    let byOccurrences = Dictionary(grouping: landmarks) { places[$0.key, default: []].count }
    var cast = 0, voting: [SoundLandmark] = []
    for occurrences in byOccurrences.keys.sorted() {
        let group = byOccurrences[occurrences, default: []]
        if cast + occurrences * group.count > parameters.votesMax { break }
        cast += occurrences * group.count
        if occurrences > 0 { voting += group }
    }
    func weight(_ landmark: SoundLandmark) -> Int {
        var weight = 0
        let share = list.count / places[landmark.key, default: []].count
        while share >> (weight + 1) > 0 { weight += 1 }
        return max(1, weight)
    }
    struct Vote {
        var landmark: SoundLandmark
        var diagonal: Int
    }
    func floorDivided(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((-a + b - 1) / b) }
    var bins: [Int: [Vote]] = [:]
    for landmark in voting {
        for place in places[landmark.key, default: []] {
            let diagonal = Int(place) - Int(landmark.tick)
            bins[floorDivided(diagonal, parameters.binTicks), default: []]
                .append(Vote(landmark: landmark, diagonal: diagonal))
        }
    }
    var windows: [(bin: Int, diagonal: SoundDiagonal)] = []
    for bin in bins.keys {
        let votes = (bin - 1...bin + 1).flatMap { bins[$0, default: []] }
        let moments = Dictionary(grouping: Set(votes.map(\.landmark)), by: \.tick).values.map { moment in
            let weights = moment.map(weight).sorted(by: >)
            return parameters.votesPerTick == 0 ? weights : Array(weights.prefix(parameters.votesPerTick))
        }
        let counted = moments.reduce(0) { $0 + $1.count }
        guard counted >= parameters.votesLeast else { continue }
        let total = votes.reduce(0) { $0 + weight($1.landmark) }
        let sum = votes.reduce(0) { $0 + weight($1.landmark) * $1.diagonal }
        windows.append(
            (
                bin,
                SoundDiagonal(
                    offset: floorDivided(2 * sum + total, 2 * total), score: moments.reduce(0) { $0 + $1.reduce(0, +) },
                    votes: counted)
            ))
    }
    var result = SoundVotes()
    result.cast = cast
    result.keysVoting = Set(voting.map(\.key)).count
    let scores = Dictionary(uniqueKeysWithValues: windows.map { ($0.bin, $0.diagonal.score) })
    let apart = parameters.separationTicks / parameters.binTicks
    result.diagonals =
        windows.filter { window in
            (window.bin - apart...window.bin + apart).allSatisfy { bin in
                scores[bin, default: 0] < window.diagonal.score
                    || (scores[bin] == window.diagonal.score && bin >= window.bin)
            }
        }
        .sorted { a, b in
            a.diagonal.score != b.diagonal.score ? a.diagonal.score > b.diagonal.score : a.bin < b.bin
        }
        .prefix(parameters.diagonalsMax).map(\.diagonal)
    return result
}
