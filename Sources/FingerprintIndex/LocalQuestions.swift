import CKernels

/// The features that ask, each as every side of the picture has it, and the hits that one list after the other gives.
struct LocalQuestions {
    /// Side by side; and each one's number among all sides' features, a side's following after the one's before.
    private let codes: [moire_local_code]
    private let numbers: [UInt32]
    private var blockBits = -1
    private var visits: [moire_local_visit], spareVisits: [moire_local_visit], visitCount = 0
    /// The last list's, in the order of its features.
    private(set) var hits: [moire_local_hit]
    private var spareHits: [moire_local_hit]
    private let hitsOfFeature: Int
    private static let hitsExpected = 1 << 14

    init(_ sides: [LocalPrint], _ asked: [Int], hitsOfFeature: Int) {
        self.hitsOfFeature = hitsOfFeature
        codes = sides.flatMap { side in asked.map { side.codes[$0] } }
        numbers = sides.enumerated().flatMap { number, side in asked.map { UInt32(number * side.codes.count + $0) } }
        visits = Array(repeating: moire_local_visit(), count: codes.count * Int(moire_local_probes))
        spareVisits = visits
        hits = Array(repeating: moire_local_hit(), count: Self.hitsExpected)
        spareHits = hits
    }

    private mutating func visit(_ section: LocalSection) {
        guard blockBits != section.blockBits else { return }
        blockBits = section.blockBits
        // Both arrays have a place for each of a code's blocks.
        visitCount = unsafe moire_local_visits(codes, codes.count, UInt32(blockBits), &visits, &spareVisits)
    }

    /// Postings that an answer would look at.
    mutating func postings(in section: LocalSection) -> Int {
        visit(section)
        return unsafe section.withKernel { list in
            Int(clamping: unsafe moire_local_postings(&list, visits, visitCount))
        }
    }

    /// Fills `hits`; of too many of one feature, with the closest.
    ///
    /// - Returns: how many there are.
    mutating func ask(_ section: LocalSection, least: Int32) throws(IndexError) -> Int {
        visit(section)
        var least = least, found = 0
        while true {
            // At most `hits.count` are written.
            let count = unsafe section.withKernel { list in
                unsafe moire_local_list_hits(&list, codes, visits, visitCount, least, &hits, hits.count)
            }
            guard count >= 0 else { throw section.damagedList }
            found = Int(count)
            if found <= hits.count { break }
            if found <= LocalHits.heldMax {
                hits = Array(repeating: moire_local_hit(), count: found)
                spareHits = hits
            } else {
                least += 16
            }
        }
        found = thinned(found, most: hitsOfFeature * max(1, section.features >> 24))
        for index in 0..<found { hits[index].query = numbers[Int(hits[index].query)] }
        // Both have room for all.
        unsafe moire_local_sort(&hits, &spareHits, found)
        return found
    }

    /// Leaves of each feature's hits the closest, and of equal ones the first: a logo that stays for minutes meets itself
    /// everywhere.
    ///
    /// - Returns: how many are left at the front.
    private mutating func thinned(_ found: Int, most: Int) -> Int {
        var counts = [Int32](repeating: 0, count: codes.count)
        for index in 0..<found { counts[Int(hits[index].query)] += 1 }
        guard counts.contains(where: { $0 > most }) else { return found }
        var many: [UInt32: [Int]] = [:]
        for index in 0..<found where counts[Int(hits[index].query)] > most {
            many[hits[index].query, default: []].append(index)
        }
        var stays = [Bool](repeating: true, count: found)
        for indices in many.values {
            let sorted = indices.sorted { (hits[$1].similarity, $0) < (hits[$0].similarity, $1) }
            for index in sorted.dropFirst(most) { stays[index] = false }
        }
        var left = 0
        for index in 0..<found where stays[index] {
            hits[left] = hits[index]
            left += 1
        }
        return left
    }
}
