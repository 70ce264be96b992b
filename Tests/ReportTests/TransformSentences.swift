@testable import FingerprintIndex
@testable import Report
import Testing

@Suite struct TransformSentences {
    private static let whole = [[0.0, 0], [1, 0], [1, 1], [0, 1]]

    private func transform(
        _ kinds: [MatchTransform.Kind], rotation: Double = 0, outline: [[Double]] = whole,
        crop: MatchTransform.Crop = .init(left: 0, top: 0, right: 1, bottom: 1), queryArea: Double = 1
    ) -> MatchTransform {
        MatchTransform(
            kinds: kinds, scale: 1, rotation: rotation, outline: outline, crop: crop, queryArea: queryArea, shake: nil)
    }

    private func words(_ transform: MatchTransform?, mirrored: Bool = false) -> [String?] {
        [TransformWords.Length.full, .short].map { TransformWords.of(transform, isMirrored: mirrored, $0) }
    }

    @Test("Mirrored, cropped, turned and put into a part of another picture")
    func all() {
        // A mirrored picture, a tenth of its width and height outside of the query on each side, so that 0.8 × 0.8 is
        // seen.
        let changed = transform(
            [.mirrored, .cropped, .boxed, .rotated], rotation: 3.21,
            outline: [[1.125, -0.125], [-0.125, -0.125], [-0.125, 1.125], [1.125, 1.125]],
            crop: .init(left: 0.1, top: 0.1, right: 0.9, bottom: 0.9), queryArea: 0.412)
        #expect(
            words(changed) == [
                "mirrored, cropped to 64 % of the picture, turned by 3.2° clockwise, fills 41 % of the query's picture",
                "mirrored, cropped to 64 %, turned by 3.2°, fills 41 % of the frame",
            ])
    }

    @Test("A turn the other way, a slant, a zoom and a hand's shake")
    func camera() {
        #expect(
            words(transform([.rotated, .slanted, .zoomed], rotation: -12)) == [
                "turned by 12.0° counterclockwise, slanted or squeezed, zoomed while it plays",
                "turned by 12.0°, slanted, zoomed",
            ])
    }

    @Test("A screen seen from the side")
    func perspective() {
        #expect(
            words(transform([.boxed, .slanted, .perspective], queryArea: 0.5)) == [
                "slanted or squeezed, seen from an angle, fills 50 % of the query's picture",
                "slanted, from an angle, fills 50 % of the frame",
            ])
    }

    @Test("A quarter to the left, half a turn, a negative")
    func turned() {
        #expect(
            words(transform([.rotated], rotation: -90)) == ["turned by 90.0° counterclockwise", "turned by 90.0°"])
        #expect(
            words(transform([.mirrored, .rotated], rotation: 180.2)) == [
                "mirrored, turned by 180.2° clockwise", "mirrored, turned by 180.2°",
            ])
        #expect(
            words(transform([.cropped, .negative], crop: .init(left: 0, top: 0, right: 1, bottom: 0.5))) == [
                "cropped to 50 % of the picture, made a negative", "cropped to 50 %, negative",
            ])
    }

    @Test("What a slanted edge cuts off is cut off, even where the box around what is left has it")
    func slantedEdge() {
        // Turned by 45 degrees about the middle, √2 as large: the query shows the square between the middles of the
        // reference's sides.
        let turned = transform(
            [.cropped, .rotated], rotation: 45, outline: [[0.5, -0.5], [1.5, 0.5], [0.5, 1.5], [-0.5, 0.5]])
        #expect(words(turned)[1] == "cropped to 50 %, turned by 45.0°")
    }

    @Test("A part of less than half a percent is not called nothing")
    func tiny() {
        #expect(words(transform([.boxed], queryArea: 0.003))[1] == "fills less than 1 % of the frame")
    }

    @Test("Nothing is said where nothing was done; of whole frames it is known whether they are mirrored")
    func nothing() {
        #expect(words(transform([])) == [nil, nil])
        #expect(words(nil) == [nil, nil])
        #expect(words(nil, mirrored: true) == ["mirrored", "mirrored"])
    }
}
