import CKernels
import Testing

@Suite("Changed cells and camera fits")
struct StaticKernelTests {
    @Test("Cell changes are those of the plain reference, at odd sizes, packed and 16-bit", arguments: [1, 2])
    func cells(sampleBytes: Int) {
        var noise = Noise(state: 3)
        for (width, height, step) in [(320, 180, 1), (33, 7, 1), (101, 97, 2), (1, 1, 1)] {
            let stride = width * step * sampleBytes + 5
            var rows = [UInt8](repeating: 0, count: moire_cell_rows_bytes(Int32(width)))
            var plainRows = rows
            var line = [UInt8](repeating: 0, count: 2 * width)
            var cells = [UInt8](repeating: 0, count: 1024), plain = cells
            for _ in 0..<3 {
                let samples = (0..<(stride * height)).map { _ in UInt8(127.5 + 127.5 * noise.next()) }
                unsafe samples.withUnsafeBufferPointer { buffer in
                    var plane = unsafe moire_plane(
                        base: buffer.baseAddress, stride_bytes: stride, width: Int32(width), height: Int32(height),
                        step: Int32(step), sample_bytes: Int32(sampleBytes))
                    unsafe moire_cell_changes(&plane, 0.25, &rows, &line, &cells)
                    unsafe moire_cell_changes_reference(&plane, 0.25, &plainRows, &plain)
                }
                #expect(cells == plain && rows == plainRows)
            }
        }
    }

    @Test("One changed sample changes one cell")
    func oneSample() {
        // 96 rows of 64: each row is looked at, a cell is 2 samples wide and 3 rows high.
        var samples = [UInt8](repeating: 50, count: 64 * 96)
        var rows = [UInt8](repeating: 0, count: moire_cell_rows_bytes(64))
        var line = [UInt8](repeating: 0, count: 128)
        var cells = [UInt8](repeating: 0, count: 1024)
        for value: UInt8 in [50, 53] {
            samples[31 * 64 + 20] = value
            unsafe samples.withUnsafeBufferPointer { buffer in
                var plane = unsafe moire_plane(
                    base: buffer.baseAddress, stride_bytes: 64, width: 64, height: 96, step: 1, sample_bytes: 1)
                unsafe moire_cell_changes(&plane, 1, &rows, &line, &cells)
            }
        }
        #expect(cells[10 * 32 + 10] == 3)
        #expect(cells.reduce(0) { $0 + Int($1) } == 3)
    }

    @Test("Strays are changed cells away from what is drawn; a pattern that comes back is known")
    func strays() {
        var history = moire_cell_history()
        func count(_ changed: [Int: UInt8]) -> moire_cell_counts {
            var cells = [UInt8](repeating: 0, count: 1024)
            for (cell, level) in changed { cells[cell] = level }
            return unsafe moire_cell_count(cells, 16, &history)
        }
        // A sticker at column 10 of row 10, its rim in the cell below, and noise far away.
        let first = count([330: 80, 362: 3, 900: 1])
        #expect(first.drawn == 1 && first.strays == 1 && first.others == 1)
        // The sticker is gone, its place is still being cleaned up.
        let second = count([330: 2, 362: 3, 900: 1])
        #expect(second.drawn == 0 && second.strays == 1 && second.others == 0)
        // Nothing changes, then the noise of before: seen three frames ago.
        #expect(count([:]).strays == 0)
        #expect(count([900: 1]).others == 0)
        #expect(count([900: 2]).others == 1)
    }

    /// A smooth landscape of hills, seen through a camera; 128x72.
    static func landscape(zoom: Double = 0, turn: Double = 0, right: Double = 0, down: Double = 0) -> [UInt8] {
        (0..<72).flatMap { row in
            (0..<128).map { column in
                // The inverse camera, about the centre, to first order: where this pixel comes from.
                let x = Double(column) - 63.5 - right, y = Double(row) - 35.5 - down
                let scale = (1 + zoom) * (1 + zoom) + turn * turn
                let u = ((1 + zoom) * x + turn * y) / scale, v = (-turn * x + (1 + zoom) * y) / scale
                return UInt8(120 + 50 * wave(u / 7 + 0.3 * wave(v / 11)) + 40 * wave(v / 5 + u / 23))
            }
        }
    }

    /// A sine-like wave out of parabolas, so that no library's rounding matters.
    static func wave(_ x: Double) -> Double {
        let t = x - 2 * (x / 2).rounded()
        return 4 * t * (1 - abs(t))
    }

    static func fitted(_ a: [UInt8], _ b: [UInt8], baseline: Bool = false) -> (
        fits: Bool, camera: moire_camera, blocks: [moire_camera_block]
    ) {
        func prepared(_ picture: [UInt8]) -> [Float] {
            var values = [Float](repeating: 0, count: moire_camera_values)
            unsafe moire_camera_prepare(picture, 128, 72, &values)
            return values
        }
        var camera = moire_camera()
        var blocks = [moire_camera_block](repeating: moire_camera_block(), count: 40)
        let (first, second) = (prepared(a), prepared(b))
        let fits =
            baseline
            ? unsafe moire_camera_fit_baseline(first, second, 128, 72, &camera, &blocks)
            : unsafe moire_camera_fit(first, second, 128, 72, &camera, &blocks)
        return (fits != 0, camera, blocks)
    }

    @Test("A camera is found to a hundredth of a pixel and leaves nothing behind")
    func camera() {
        let (fits, camera, blocks) = Self.fitted(
            Self.landscape(), Self.landscape(zoom: 0.03, turn: 0.01, right: 2.5, down: -1.25))
        #expect(fits)
        #expect(abs(camera.zoom - 0.03) < 0.0005 && abs(camera.turn - 0.01) < 0.0005)
        #expect(abs(camera.right - 2.5) < 0.03 && abs(camera.down + 1.25) < 0.03)
        for block in blocks where block.count > 100 { #expect(block.rr < 0.01 * (block.xx + block.yy)) }
    }

    @Test("Another picture is no camera's doing")
    func anotherPicture() {
        let other = (0..<72).flatMap { row in
            (0..<128).map { column in UInt8(120 + 90 * Self.wave(Double(column * column + 31 * row) / 400)) }
        }
        let (fits, _, blocks) = Self.fitted(Self.landscape(), other)
        #expect(!fits || blocks.contains { $0.rr > $0.xx + $0.yy })
    }

    @Test("Every instruction set finds the same bits")
    func variants() {
        let pair = (Self.landscape(), Self.landscape(zoom: -0.02, right: 1.5))
        let (chosen, plain) = (Self.fitted(pair.0, pair.1), Self.fitted(pair.0, pair.1, baseline: true))
        #expect(chosen.camera.zoom == plain.camera.zoom && chosen.camera.turn == plain.camera.turn)
        #expect(chosen.camera.right == plain.camera.right && chosen.camera.down == plain.camera.down)
        #expect(chosen.blocks.map(\.rr) == plain.blocks.map(\.rr))
    }
}
