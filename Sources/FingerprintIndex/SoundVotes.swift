import CKernels

/// A landmark of a query.
package struct SoundLandmark: Sendable, Equatable, Hashable, BitwiseCopyable {
    /// Below 2²⁴.
    package var key: UInt32
    /// On the query's own timeline; hypotheses scale it, so that it may be negative.
    package var tick: Int32

    package init(key: UInt32, tick: Int32) {
        self.key = key
        self.tick = tick
    }
}

/// The tuned numbers of a vote. They decide what is found and how long it takes, not what is stored.
package struct SoundVoteParameters: Sendable, Equatable {
    /// Ticks of a bin, a power of two. A bin is judged with both neighbours, so that votes within this many ticks of
    /// each other are always together in some window.
    package var binTicks: Int
    /// Diagonals returned at most.
    package var diagonalsMax: Int
    /// Of peaks not further apart than this, ticks, only the best is returned.
    package var separationTicks: Int
    /// Diagonals with fewer votes are not returned, 1 to 255.
    package var votesLeast: Int
    /// Landmarks of one query tick that count on one diagonal, at most 8; 0: all. One loud instant is one witness.
    package var votesPerTick: Int
    /// Keys with more postings do not vote.
    package var occurrencesMax: Int
    /// Votes cast at most: the rarest keys vote, up to the number of occurrences where this would be passed.
    package var votesMax: Int

    /// For a question as it was heard: 4 ms at a thousand hours, on 3,000 keys.
    package static let v1 = SoundVoteParameters(
        binTicks: 2,  // 46 ms: both ends are placed to a tick, and a speed half a percent off drifts 50 ms in 10 s
        diagonalsMax: 64,
        separationTicks: 8,  // 0.19 s
        votesLeast: 3,  // two agree by accident everywhere
        votesPerTick: 0,
        occurrencesMax: 512,  // at a thousand hours a surprise of 19 bits; 1,024 cost three times as much
        votesMax: 1 << 17)  // eight counters of the first look for each vote fill the second-level cache

    /// For the same question at another speed or pitch, of which there are many: 0.4 ms each, on 500 keys.
    package static let transformed: SoundVoteParameters = {
        var parameters = v1
        parameters.occurrencesMax = 128
        parameters.votesMax = 1 << 14
        return parameters
    }()

    /// Landmarks of one query: three hours of sound at a hundred a second. Twenty bits beside a vote's diagonal.
    package static let landmarksMax = 1 << moire_votes_landmark_bits
}

/// A diagonal, place − tick, on which a query's landmarks agree with stored ones.
package struct SoundDiagonal: Sendable, Equatable {
    /// Ticks: where tick 0 of the query lies. The mean of the votes, by weight.
    package var offset: Int
    /// Sum of the weights.
    package var score: Int
    package var votes: Int

    package init(offset: Int, score: Int, votes: Int) {
        self.offset = offset
        self.score = score
        self.votes = votes
    }
}

/// What a vote found and what it looked at.
package struct SoundVotes: Sendable, Equatable {
    /// Best first; of equals the earlier.
    package var diagonals: [SoundDiagonal] = []
    /// Keys of the query, different ones, that voted.
    package var keysVoting = 0
    /// Votes cast.
    package var cast = 0
    /// Votes that had company and were looked at closely.
    package var weighed = 0

    package init() {}
}

/// Memory that votes use again; one for each thread. Grows to about 20 bytes a vote cast, and 4 a place fetched.
package struct SoundVoteScratch: ~Copyable {
    /// Of the keys fetched last: those of key i are `places[starts[i]] ..< places[starts[i + 1]]`.
    fileprivate var places: [UInt32] = []
    fileprivate var starts: [UInt32] = []
    fileprivate var counters: [UInt8] = []
    fileprivate var votes: [UInt64] = []
    fileprivate var spare: [UInt64] = []
    fileprivate var windows: [moire_vote_window] = []

    package init() {}

    fileprivate static func grow<Element>(_ array: inout [Element], to count: Int, _ zero: Element) {
        if array.count < count { array = [Element](repeating: zero, count: count + count / 4) }
    }
}

extension SoundPostings {
    /// The diagonals on which most landmarks agree, weighed by how rare their keys are.
    ///
    /// A landmark votes for the diagonal of each place of its key, with weight floor(log2(postings / occurrences)) and
    /// at least 1. Bins with votes are judged together with both neighbours; in such a window a landmark counts once.
    /// A window is returned when none within `separationTicks` scores more, or as much and lies earlier.
    ///
    /// - Parameter landmarks: in any order; equal ones count once. At most `landmarksMax`, ticks within 2³¹.
    /// - Complexity: 0.4 µs a key, 3 ns a posting of keys within `occurrencesMax`, 5 ns a vote: bounded by the query
    ///   and the parameters, whatever the index holds.
    package func vote(
        _ landmarks: [SoundLandmark], _ parameters: SoundVoteParameters = .v1, scratch: inout SoundVoteScratch
    ) throws(IndexError) -> SoundVotes {
        parameters.check()
        let queries = SoundQueries([SoundQuery(landmarks, parameters)])
        try fetch(queries, parameters, scratch: &scratch)
        return vote(queries.queries[0], parameters, scratch: &scratch)
    }

    /// The votes of one of the queries whose places were fetched last, with the same parameters and scratch.
    func vote(_ query: SoundQuery, _ parameters: SoundVoteParameters, scratch: inout SoundVoteScratch) -> SoundVotes {
        parameters.check()
        guard !query.keys.isEmpty, count > 0 else { return SoundVotes() }
        let (weights, cast) = weigh(query, scratch.starts, parameters)
        var result = SoundVotes()
        result.keysVoting = weights.count { $0 > 0 }
        result.cast = cast
        guard cast > 0 else { return result }

        // Eight counters a vote keep strangers apart; 2^20 of them are what a core's second-level cache holds.
        let counterBits = min(20, max(10, Int.bitWidth - (8 * cast).leadingZeroBitCount))
        SoundVoteScratch.grow(&scratch.counters, to: 1 << counterBits + 8, 0)
        SoundVoteScratch.grow(&scratch.votes, to: cast, 0)
        let binShift = UInt32(parameters.binTicks.trailingZeroBitCount)
        // Every buffer has the room that its kernel's header asks for.
        let weighed = unsafe moire_votes_collect(
            scratch.places, scratch.starts, query.ranks, query.starts, weights, query.keys.count, query.shifts,
            binShift, UInt32(parameters.votesLeast), &scratch.counters, UInt32(counterBits), &scratch.votes, cast)
        result.weighed = weighed
        guard weighed > 0 else { return result }
        SoundVoteScratch.grow(&scratch.spare, to: weighed, 0)
        SoundVoteScratch.grow(&scratch.windows, to: weighed, moire_vote_window())
        let diagonals = ticks + UInt64(query.shifts.max() ?? 0)
        unsafe moire_votes_sort(
            &scratch.votes, &scratch.spare, weighed, UInt32(diagonals.bitWidth - diagonals.leadingZeroBitCount))
        var byLandmark = [UInt8](repeating: 0, count: query.shifts.count)
        for key in query.keys.indices {
            for landmark in query.starts[key]..<query.starts[key + 1] { byLandmark[Int(landmark)] = weights[key] }
        }
        var seen = [UInt32](repeating: 0, count: query.shifts.count)
        var momentSeen = [UInt32](repeating: 0, count: query.momentCount)
        var momentVotes = [UInt8](repeating: 0, count: query.momentCount)
        var momentWeights = [UInt8](
            repeating: 0, count: moire_votes_per_moment_max * query.momentCount)
        let windows = unsafe moire_votes_windows(
            scratch.votes, weighed, byLandmark, query.moments, binShift, UInt32(parameters.votesLeast),
            UInt32(parameters.votesPerTick), &seen, &momentSeen, &momentVotes, &momentWeights, &scratch.windows)
        result.diagonals = Self.peaks(scratch.windows.prefix(windows), parameters, zero: query.zero)
        return result
    }

    /// Reads the places of all keys of some queries: in a short list, where many keys share a block, all of them cost
    /// little more than one query's.
    func fetch(_ queries: SoundQueries, _ parameters: SoundVoteParameters, scratch: inout SoundVoteScratch)
        throws(IndexError)
    {
        let keys = queries.keys, cap = parameters.occurrencesMax
        SoundVoteScratch.grow(&scratch.starts, to: keys.count + 1, 0)
        guard !keys.isEmpty, count > 0 else { return }
        var runs = [moire_postings_run](repeating: moire_postings_run(), count: keys.count)
        var bound: UInt64 = 0
        // The runs are as many as the keys.
        let unsound = unsafe withKernel { kernel in
            unsafe moire_postings_locate(&kernel, keys, keys.count, UInt32(cap), &runs, &bound)
        }
        guard unsound == 0 else { throw .corrupt(name, "the directory of its sound postings is out of order") }
        // Keys differ, so that no number is read twice; the kernel wants room for a whole block more.
        bound = min(bound, UInt64(count + Self.numbersOfBlock))
        precondition(bound <= UInt32.max, "\(bound) places at most \(cap) for each of \(keys.count) keys")
        SoundVoteScratch.grow(&scratch.places, to: Int(bound), 0)
        // The kernel writes no more places than the capacity it is told.
        let damagedBlock = unsafe withKernel { kernel in
            unsafe moire_postings_fetch(
                &kernel, keys, runs, keys.count, UInt32(cap), &scratch.places, UInt64(scratch.places.count),
                &scratch.starts)
        }
        guard damagedBlock < 0 else { throw damaged(block: Int(damagedBlock)) }
    }

    /// Weights of the keys, 0 for those that do not vote, and the number of votes that follows.
    private func weigh(
        _ query: SoundQuery, _ starts: [UInt32], _ parameters: SoundVoteParameters
    ) -> (weights: [UInt8], cast: Int) {
        // Votes by how often their key occurs: the rarest keys vote.
        var votes = [Int](repeating: 0, count: parameters.occurrencesMax + 1)
        func places(_ key: Int) -> Int {
            let rank = Int(query.ranks[key])
            return Int(starts[rank + 1] - starts[rank])
        }
        for key in query.keys.indices {
            let places = places(key)
            votes[places] += places * Int(query.starts[key + 1] - query.starts[key])
        }
        var cast = 0, rarest = 0
        while rarest < parameters.occurrencesMax, cast + votes[rarest + 1] <= parameters.votesMax {
            rarest += 1
            cast += votes[rarest]
        }
        let weights = query.keys.indices.map { key -> UInt8 in
            let places = places(key)
            guard places > 0, places <= rarest else { return 0 }
            let share = count / places
            return UInt8(max(1, share.bitWidth - 1 - share.leadingZeroBitCount))
        }
        return (weights, cast)
    }

    /// The local peaks among windows in ascending order, best first.
    private static func peaks(
        _ windows: ArraySlice<moire_vote_window>, _ parameters: SoundVoteParameters, zero: Int
    ) -> [SoundDiagonal] {
        let apart = UInt64(parameters.separationTicks / parameters.binTicks)
        var peaks: [moire_vote_window] = []
        for index in windows.indices {
            let window = windows[index]
            func yields(to other: Int) -> Bool {
                windows[other].score > window.score || (windows[other].score == window.score && other < index)
            }
            var beaten = false
            var other = index - 1
            while !beaten, other >= windows.startIndex, window.bin - windows[other].bin <= apart {
                beaten = yields(to: other)
                other -= 1
            }
            other = index + 1
            while !beaten, other < windows.endIndex, windows[other].bin - window.bin <= apart {
                beaten = yields(to: other)
                other += 1
            }
            if !beaten { peaks.append(window) }
        }
        peaks.sort { $0.score != $1.score ? $0.score > $1.score : $0.bin < $1.bin }
        return peaks.prefix(parameters.diagonalsMax).map {
            SoundDiagonal(offset: Int($0.diagonal) - zero, score: Int($0.score), votes: Int($0.votes))
        }
    }
}

extension SoundVoteParameters {
    fileprivate func check() {
        precondition(
            binTicks > 0 && binTicks & (binTicks - 1) == 0 && binTicks <= 1 << 16, "bins of \(binTicks) ticks")
        precondition(1...moire_votes_least_max ~= votesLeast, "at least \(votesLeast) votes")
        precondition(0...moire_votes_per_moment_max ~= votesPerTick, "\(votesPerTick) votes a tick")
        precondition(
            diagonalsMax >= 0 && separationTicks >= 0 && 1...1 << 20 ~= occurrencesMax && 1...1 << 28 ~= votesMax,
            "\(self)")
    }
}
