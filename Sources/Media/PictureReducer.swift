import CFFmpeg
import CKernels
import Frames

/// Makes the small pictures of a decoded one: tick, working frame, native patches.
///
/// Luma is code values made full range; nothing is done about transfer curves, so PQ and HLG pictures
/// keep their code values and look flatter than their tone-mapped versions.
@safe final class PictureReducer {
    private let orientation: Orientation
    private let sampleAspect: Double
    private var scratch: UnsafeMutableRawPointer?
    private var scratchBytes = 0
    private var converter: PictureConverter?
    /// What the changes of the next frame are measured against: sampled rows of the last one.
    private var lastRows: [UInt8] = []
    private var lastWidth = 0, lastHeight = 0
    private var line: [UInt8] = []

    /// - Parameter sampleAspect: width of a pixel divided by its height.
    init(orientation: Orientation, sampleAspect: Double) {
        self.orientation = orientation
        self.sampleAspect = sampleAspect
    }

    deinit { unsafe scratch?.deallocate() }

    typealias Reduced = (thumb: LumaImage, changes: LumaImage?, sample: WorkingFrame?)

    /// Makes the tick's picture, and the working frame where `wantsSample`; nil when the pixel format
    /// cannot be read at all.
    ///
    /// - Parameter isNew: the frame follows the one before; false for a frame that is shown again.
    func reduce(_ frame: borrowing Frame, wantsSample: Bool, pts: Double, isNew: Bool) -> Reduced? {
        let format = unsafe AVPixelFormat(frame.raw.pointee.format)
        if let layout = PixelLayout(format) {
            guard let source = unsafe PictureSource(frame.raw, layout: layout, fullRange: frame.isFullRange) else {
                return nil
            }
            return unsafe reduce(source, of: frame, wantsSample: wantsSample, pts: pts, isNew: isNew)
        }
        if converter == nil { converter = try? PictureConverter() }
        guard let converted = unsafe converter?.convert(frame), let layout = PixelLayout(AV_PIX_FMT_YUV444P),
            let source = unsafe PictureSource(converted, layout: layout, fullRange: true)
        else { return nil }
        return unsafe reduce(source, of: frame, wantsSample: wantsSample, pts: pts, isNew: isNew)
    }

    private func reduce(
        _ source: PictureSource, of frame: borrowing Frame, wantsSample: Bool, pts: Double, isNew: Bool
    ) -> Reduced {
        let side = FrameTick.thumbSide
        let thumb = unsafe average(source.luma, width: side, height: side)
        let changes = unsafe isNew ? changes(source.luma) : nil
        guard wantsSample else { return (thumb, changes, nil) }
        let width = unsafe Int(source.luma.plane.width), height = unsafe Int(source.luma.plane.height)
        let shown = DisplaySize.squarePixels(width: width, height: height, sampleAspect: sampleAspect)
        let small = DisplaySize.fitted(shown, longestSide: WorkingFrame.longestSide)
        let chromaWidth = (small.width + 1) / 2, chromaHeight = (small.height + 1) / 2
        let blue = unsafe source.chroma.map { unsafe average($0.blue, width: chromaWidth, height: chromaHeight) }
        let red = unsafe source.chroma.map { unsafe average($0.red, width: chromaWidth, height: chromaHeight) }
        let sample = unsafe WorkingFrame(
            pts: pts, luma: average(source.luma, width: small.width, height: small.height), chromaBlue: blue,
            chromaRed: red, patches: patches(source.luma), tiles: tiles(source.luma),
            decodedLines: min(width, height), isInterlaced: frame.isInterlaced, quantiser: frame.quantiser)
        return (thumb, changes, sample)
    }

    /// What differs from the frame before; nil when that was none of this size.
    private func changes(_ source: PlaneSource) -> LumaImage? {
        let side = FrameTick.changesSide
        let width = unsafe Int(source.plane.width), height = unsafe Int(source.plane.height)
        let isComparable = width == lastWidth && height == lastHeight
        if !isComparable {
            (lastWidth, lastHeight) = (width, height)
            lastRows = Array(repeating: 0, count: moire_cell_rows_bytes(Int32(width)))
            line = Array(repeating: 0, count: 2 * width)
        }
        let flat = unsafe [UInt8](unsafeUninitializedCapacity: side * side) { buffer, count in
            guard let out = buffer.baseAddress else { return }
            unsafe withUnsafePointer(to: source.plane) {
                unsafe moire_cell_changes($0, source.gain, &lastRows, &line, out)
            }
            count = side * side
        }
        guard isComparable else { return nil }
        let turned = orientation.apply(to: flat, width: side, height: side, pixelBytes: 1)
        return LumaImage(width: side, height: side, pixels: turned.pixels)
    }

    /// The plane's area average at a size given in the decoder's orientation, then turned.
    private func average(_ source: PlaneSource, width: Int, height: Int) -> LumaImage {
        unsafe reserveScratch(for: source.plane)
        let flat = unsafe [UInt8](unsafeUninitializedCapacity: width * height) { buffer, count in
            guard let out = buffer.baseAddress else { return }
            unsafe withUnsafePointer(to: source.plane) {
                unsafe moire_area_average($0, Int32(width), Int32(height), source.gain, source.bias, scratch, out)
            }
            count = width * height
        }
        let turned = orientation.apply(to: flat, width: width, height: height, pixelBytes: 1)
        return LumaImage(width: turned.width, height: turned.height, pixels: turned.pixels)
    }

    private func reserveScratch(for plane: moire_plane) {
        let needed = unsafe withUnsafePointer(to: plane) { unsafe moire_area_scratch_bytes($0) }
        guard needed > scratchBytes else { return }
        unsafe scratch?.deallocate()
        unsafe scratch = .allocate(byteCount: needed, alignment: 64)
        scratchBytes = needed
    }

    /// Squares at the centre and at the centres of the quadrants. A picture too small for five
    /// different places gives fewer.
    private func patches(_ source: PlaneSource) -> [NativePatch] {
        let width = unsafe Int(source.plane.width), height = unsafe Int(source.plane.height)
        let patchWidth = min(NativePatch.side, width), patchHeight = min(NativePatch.side, height)
        var made: [NativePatch] = []
        for (x4, y4) in [(2, 2), (1, 1), (3, 1), (1, 3), (3, 3)] {
            let x = max(0, min(width - patchWidth, width * x4 / 4 - patchWidth / 2)) & ~7
            let y = max(0, min(height - patchHeight, height * y4 / 4 - patchHeight / 2)) & ~7
            if made.contains(where: { $0.x == x && $0.y == y }) { continue }
            unsafe made.append(cut(source, x: x, y: y, width: patchWidth, height: patchHeight))
        }
        return made
    }

    /// The middles of a grid of four by three cells; a picture too small for that gives none.
    private func tiles(_ source: PlaneSource) -> [NativePatch] {
        let width = unsafe Int(source.plane.width), height = unsafe Int(source.plane.height)
        let (columns, rows) = width >= height ? (4, 3) : (3, 4)
        let tileWidth = min(NativePatch.side, width / columns & ~7)
        let tileHeight = min(NativePatch.side, height / rows & ~7)
        guard tileWidth > 0, tileHeight > 0 else { return [] }
        return (0..<rows * columns).map { cell in
            let x = (width * (2 * (cell % columns) + 1) / (2 * columns) - tileWidth / 2) & ~7
            let y = (height * (2 * (cell / columns) + 1) / (2 * rows) - tileHeight / 2) & ~7
            return unsafe cut(source, x: x, y: y, width: tileWidth, height: tileHeight)
        }
    }

    private func cut(_ source: PlaneSource, x: Int, y: Int, width: Int, height: Int) -> NativePatch {
        let pixels = unsafe [UInt8](unsafeUninitializedCapacity: width * height) { buffer, count in
            guard let out = buffer.baseAddress else { return }
            unsafe withUnsafePointer(to: source.plane) {
                unsafe moire_cut(
                    $0, Int32(x), Int32(y), Int32(width), Int32(height), source.gain, source.bias, out)
            }
            count = width * height
        }
        return NativePatch(x: x, y: y, luma: LumaImage(width: width, height: height, pixels: pixels))
    }
}

extension Orientation {
    /// The turned copy of a row-major picture.
    func apply(to pixels: [UInt8], width: Int, height: Int, pixelBytes: Int) -> (
        pixels: [UInt8], width: Int, height: Int
    ) {
        if self == .upright { return (pixels, width, height) }
        precondition(
            pixels.count == width * height * pixelBytes, "\(width)x\(height) needs other than \(pixels.count) bytes")
        let out = size(width: width, height: height)
        // The inverse of a turn is its transpose: x = a·u + b·v and y = c·u + d·v from the far corner.
        let start = (a + b < 0 ? width - 1 : 0) + (c + d < 0 ? (height - 1) * width : 0)
        let turned = unsafe [UInt8](unsafeUninitializedCapacity: pixels.count) { buffer, count in
            guard let address = buffer.baseAddress else { return }
            unsafe moire_orient(
                pixels, start, a + c * width, b + d * width, Int32(out.width), Int32(out.height),
                Int32(pixelBytes), address)
            count = pixels.count
        }
        return (turned, out.width, out.height)
    }
}
