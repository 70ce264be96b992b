internal import CKernels
internal import Frames

/// A sampled frame made ready for fitting: up to 128 pixels a side, on three scales.
struct CameraPicture: Sendable {
    let pts: Double
    let width: Int
    let height: Int
    fileprivate let values: [Float]

    /// Nil for pictures under 32 pixels a side at that size.
    init?(_ frame: WorkingFrame) {
        let bin = Int(moire_camera_bin(Int32(frame.luma.width), Int32(frame.luma.height)))
        pts = frame.pts
        (width, height) = (frame.luma.width / bin, frame.luma.height / bin)
        guard width >= 32, height >= 32 else { return nil }
        let luma = frame.luma
        values = unsafe [Float](unsafeUninitializedCapacity: moire_camera_values) { buffer, count in
            guard let out = buffer.baseAddress else { return }
            unsafe out.initialize(repeating: 0, count: buffer.count)
            unsafe moire_camera_prepare(luma.pixels, Int32(luma.width), Int32(luma.height), out)
            count = buffer.count
        }
    }
}

/// How a virtual camera would have moved between two sampled frames, and whether the picture agrees.
struct CameraFit: Sendable {
    let start: Double
    let end: Double
    /// Zoom and turn of the picture's half side, then the shift: pixels of 128 a second.
    var velocity: SIMD4<Double>
    /// Mean way of the picture's points between the frames, pixels of 128.
    var way: Double
    /// Of the blocks with enough texture to say, the share that the camera alone explains.
    var agreement: Double
    /// Blocks with enough texture.
    var texturedBlocks: Int

    var speed: Double { (velocity * velocity).sum().squareRoot() }

    /// A stretch without any change.
    init(stillFrom start: Double, to end: Double) {
        self.start = start
        self.end = end
        velocity = .zero
        (way, agreement, texturedBlocks) = (0, 1, moire_camera_blocks_most)
    }

    /// Nil when no camera takes one to the other.
    init?(from a: CameraPicture, to b: CameraPicture, startingAt guess: CameraFit?, _ p: StaticParameters) {
        guard a.width == b.width, a.height == b.height, b.pts > a.pts else { return nil }
        let seconds = b.pts - a.pts
        let half = Double(max(a.width, a.height)) / 2
        var camera = moire_camera()
        if let guess {
            let moved = guess.velocity * seconds
            camera = moire_camera(
                zoom: Float(moved.x / half), turn: Float(moved.y / half), right: Float(moved.z), down: Float(moved.w))
        }
        let side = moire_camera_block_side
        let count = (a.width + side - 1) / side * ((a.height + side - 1) / side)
        var blocks = [moire_camera_block](repeating: moire_camera_block(), count: count)
        // Both pictures hold all scales of this width and height; there is a block for each square of 16.
        let fits = unsafe moire_camera_fit(a.values, b.values, Int32(a.width), Int32(a.height), &camera, &blocks)
        guard fits != 0 else { return nil }

        start = a.pts
        end = b.pts
        velocity =
            SIMD4(Double(camera.zoom) * half, Double(camera.turn) * half, Double(camera.right), Double(camera.down))
            / seconds
        let v = velocity * seconds
        // Over the picture, x and y spread evenly about the centre: their mean square is a third of the half side's.
        let narrow = Double(min(a.width, a.height)) / (2 * half)
        let spread = (1 + narrow * narrow) / 3
        let around = (v.x * v.x + v.y * v.y) * spread
        let along = v.z * v.z + v.w * v.w
        way = (around + along).squareRoot()
        var textured = 0, agreeing = 0
        for block in blocks where Double(block.count) >= p.cameraSeenShare * Double(side * side) {
            let count = Double(block.count), xx = Double(block.xx), yy = Double(block.yy), xy = Double(block.xy)
            guard xx + yy >= p.cameraTexture * count else { continue }
            textured += 1
            // The displacement that the block still asks for, by its own least squares, a little stiff.
            let stiff = 0.02 * (xx + yy) + 0.5 * count
            let (gx, gy) = (xx + stiff, yy + stiff)
            let determinant = gx * gy - xy * xy
            let right = (gy * Double(block.xr) - xy * Double(block.yr)) / determinant
            let down = (gx * Double(block.yr) - xy * Double(block.xr)) / determinant
            let limit = p.cameraDisplacement + p.cameraDisplacementOfWay * way
            let leftMost = p.cameraLeft * p.cameraLeft * (xx + yy) + p.cameraNoise * p.cameraNoise * count
            if right * right + down * down <= limit * limit, Double(block.rr) <= leftMost { agreeing += 1 }
        }
        texturedBlocks = textured
        agreement = textured > 0 ? Double(agreeing) / Double(textured) : 0
    }
}
