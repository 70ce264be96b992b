internal import CKernels
internal import Frames

/// The C kernels on planes, with their bounds checked here.
extension LumaImage {
    /// Hands out a pointer to the first pixel of `area`, which must lie inside the plane; its rows are
    /// `width` bytes apart.
    func withPixels<R>(from area: Area, _ body: (UnsafePointer<UInt8>) -> R) -> R {
        precondition(
            area.left >= 0 && area.top >= 0 && area.width > 0 && area.height > 0
                && area.left + area.width <= width && area.top + area.height <= height,
            "area \(area) of a \(width)x\(height) plane")
        return unsafe pixels.withUnsafeBufferPointer { all in
            // A plane is never empty, so it has a base address, and the area lies inside it.
            unsafe body(all.baseAddress! + area.top * width + area.left)
        }
    }

    /// Mean over the area of squared right and down differences, levels squared.
    func meanGradientEnergy(_ area: Area) -> Double {
        let sum = unsafe withPixels(from: area) { unsafe moire_gradient_energy($0, width, area.width, area.height) }
        return Double(sum) / Double(max(1, (area.width - 1) * (area.height - 1)))
    }

    /// The area at half its size; the area has at least 2x2 pixels.
    func halved(_ area: Area) -> LumaImage {
        var half = LumaImage(width: area.width / 2, height: area.height / 2, filledWith: 0)
        unsafe withPixels(from: area) { unsafe moire_halve($0, width, area.width, area.height, &half.pixels) }
        return half
    }
}
