import Testing

@testable import Aesthetics

@Suite("The filter that brings a picture into a model's size")
struct TriangleFilterTests {
    private func weights(from: Int, to: Int) -> [[Float]] {
        let filter = TriangleFilter(from: from, to: to)
        return (0..<to).map { sample in
            var row = [Float](repeating: 0, count: from)
            for (offset, weight) in filter.weights[sample].enumerated() { row[filter.first[sample] + offset] = weight }
            return row
        }
    }

    private func isAlike(_ found: [[Float]], _ expected: [[Float]]) -> Bool {
        found.count == expected.count
            && zip(found.joined(), expected.joined()).allSatisfy { abs($0 - $1) < 1e-6 }
    }

    @Test("The same size is the same picture")
    func same() {
        #expect(weights(from: 3, to: 3) == [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    }

    @Test("Half the size: a triangle over four old samples, as far as there are any")
    func half() {
        let (much, little) = (Float(3) / 7, Float(1) / 7)
        #expect(isAlike(weights(from: 4, to: 2), [[much, much, little, 0], [0, little, much, much]]))
    }

    @Test("Twice the size: on the line between neighbours, and the edge beyond the edge")
    func twice() {
        #expect(isAlike(weights(from: 2, to: 4), [[1, 0], [0.75, 0.25], [0.25, 0.75], [0, 1]]))
    }

    @Test("Whatever the sizes, each new sample's weights sum to 1 and lie among the old samples")
    func sums() {
        for from in 1...40 {
            for to in 1...40 {
                let filter = TriangleFilter(from: from, to: to)
                #expect(filter.weights.count == to && filter.first.count == to)
                for (first, weights) in zip(filter.first, filter.weights) {
                    #expect(first >= 0 && first + weights.count <= from)
                    #expect(abs(weights.reduce(0, +) - 1) < 1e-5)
                }
            }
        }
    }
}
