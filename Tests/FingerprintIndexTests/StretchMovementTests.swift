@testable import FingerprintIndex
import Fingerprints
import Foundation
import Testing

@Suite("What is looked for once in a stretch that moves")
struct StretchMovementTests {
    private static func view(shift: Double = 0) -> MovementSeries.View {
        MovementSeries.View(time: 0) { ($0 + shift, $1) }
    }

    /// Ten seconds of a query that shows a reference's seconds 20 to 30.
    private func stretch() throws -> StretchMovement {
        let dance = Dance(seed: 1), series = try #require(MovementSeries(dance.movement(from: 20, seconds: 10).field))
        let trace = dance.movement(from: 0, seconds: 60).trace, line = Line(speed: 1, offset: 20, mirrored: false)
        let evidence = try #require(
            MovementEvidence(
                series, trace, span: (0, 10), about: line, isNegative: false, views: [Self.view()]))
        return StretchMovement(evidence, span: (0, 10), about: line)
    }

    @Test(
        "It holds for other lines about the same seconds and the same picture, and for nothing else",
        arguments: [
            (21.0, 1.0, false, 0.0, 10.0, 0.0, true), (6, 1, false, 0, 9, 0.05, true),
            (20, 1.02, false, 0, 10, 0, true),
            // Out of reach, at another speed, in the mirror, another stretch, another place in the picture.
            (40, 1, false, 0, 10, 0, false), (20, 1.04, false, 0, 10, 0, false), (20, 1, true, 0, 10, 0, false),
            (20, 1, false, 0, 7, 0, false), (20, 1, false, 0, 10, 0.1, false),
        ])
    func holds(
        _ offset: Double, _ speed: Double, _ isMirrored: Bool, _ start: Double, _ end: Double, _ shift: Double,
        _ holds: Bool
    ) throws {
        let line = Line(speed: speed, offset: offset, mirrored: isMirrored)
        #expect(
            try stretch().holds(for: line, span: (start, end), views: [Self.view(shift: shift)]) == holds)
    }

    @Test("In a small window the same shift is another place in the picture")
    func window() throws {
        let dance = Dance(seed: 1), series = try #require(MovementSeries(dance.movement(from: 20, seconds: 10).field))
        func view(_ shift: Double) -> MovementSeries.View {
            MovementSeries.View(time: 0) { (0.3 + shift + 0.3 * $0, 0.3 + 0.3 * $1) }
        }
        let line = Line(speed: 1, offset: 20, mirrored: false)
        let evidence = try #require(
            MovementEvidence(
                series, dance.movement(from: 0, seconds: 60).trace, span: (0, 10), about: line, isNegative: false,
                views: [view(0)]))
        let stretch = StretchMovement(evidence, span: (0, 10), about: line)
        #expect(stretch.holds(for: line, span: (0, 10), views: [view(0.015)]))
        #expect(!stretch.holds(for: line, span: (0, 10), views: [view(0.05)]))
    }

    @Test("Whoever asks from a wrong line is told the right one")
    func found() throws {
        let stretch = try stretch(), found = stretch.found
        #expect(abs(found.line.offset - 20) < 0.05 && found.agreement.surprise > 40, "\(found)")
        #expect(stretch.holds(for: Line(speed: 1, offset: 26, mirrored: false), span: (0, 10), views: [Self.view()]))
    }

    @Test("A picture seen from an angle is looked at where it lies")
    func slanted() {
        // Levels grow by 8 from cell to cell, along x only.
        let field = (0..<MovementField.cells).map { UInt16(8 * ($0 % MovementField.side)) }
        let window = FrequencyField.Window(
            MovementSeries.View(time: 0) { u, v in
                let depth = 1 + 0.3 * u + 0.2 * v
                return ((0.1 + 0.9 * u) / depth, (0.05 + v) / depth)
            })
        let samples = window.samples(of: field[...])
        for (column, row) in [(0, 0), (63, 0), (31, 40), (5, 63), (63, 63)] {
            let (u, v) = ((Double(column) + 0.5) / 64, (Double(row) + 0.5) / 64)
            let x = (0.1 + 0.9 * u) / (1 + 0.3 * u + 0.2 * v)
            let shown = Double(samples[row * 64 + column])
            // Within a fiftieth of a cell.
            #expect(abs(shown - 8 * (x * 32 - 0.5)) < 0.16, "\(column) \(row) \(shown)")
        }
        #expect(window.coverage > 0.99)
    }
}
