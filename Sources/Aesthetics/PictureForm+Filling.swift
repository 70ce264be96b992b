internal import Frames

extension PictureForm {
    /// The picture as the model's input: floats (value / 255 − mean) / deviation, or the bytes themselves.
    func floats(of image: RGBImage) -> [Float] {
        let scaled = fitted(image)
        var input = [Float](repeating: 0, count: scaled.count)
        for pixel in 0..<width * height {
            for color in 0..<3 {
                let value = (scaled[3 * pixel + color] / 255 - mean[color]) / deviation[color]
                input[place(pixel, color)] = value
            }
        }
        return input
    }

    func bytes(of image: RGBImage) -> [UInt8] {
        let scaled = fitted(image)
        var input = [UInt8](repeating: 0, count: scaled.count)
        for pixel in 0..<width * height {
            for color in 0..<3 {
                // An average of bytes, so within them but for rounding.
                input[place(pixel, color)] = UInt8(min(max(scaled[3 * pixel + color].rounded(), 0), 255))
            }
        }
        return input
    }

    private func place(_ pixel: Int, _ color: Int) -> Int {
        layout == .planar ? color * width * height + pixel : 3 * pixel + color
    }

    /// The part of the picture that is looked at, whole pixels.
    func part(of image: RGBImage) -> (x: Int, y: Int, width: Int, height: Int) {
        guard fit == .crop else { return (0, 0, image.width, image.height) }
        let (across, down) = (image.width * height, image.height * width)
        let partWidth = across > down ? max(1, (image.height * width + height / 2) / height) : image.width
        let partHeight = across < down ? max(1, (image.width * height + width / 2) / width) : image.height
        return ((image.width - partWidth) / 2, (image.height - partHeight) / 2, partWidth, partHeight)
    }

    /// That part in the input's size, interleaved, 0...255.
    private func fitted(_ image: RGBImage) -> [Float] {
        let part = part(of: image)
        let across = TriangleFilter(from: part.width, to: width)
        let down = TriangleFilter(from: part.height, to: height)
        let pixels = image.pixels.span
        var rows = [Float](repeating: 0, count: part.height * width * 3)
        for y in 0..<part.height {
            let row = (part.y + y) * image.width + part.x
            for x in 0..<width {
                let first = across.first[x]
                var (red, green, blue) = (Float(0), Float(0), Float(0))
                for (offset, weight) in across.weights[x].enumerated() {
                    let at = 3 * (row + first + offset)
                    red += weight * Float(pixels[at])
                    green += weight * Float(pixels[at + 1])
                    blue += weight * Float(pixels[at + 2])
                }
                let at = 3 * (y * width + x)
                (rows[at], rows[at + 1], rows[at + 2]) = (red, green, blue)
            }
        }
        var result = [Float](repeating: 0, count: height * width * 3)
        for y in 0..<height {
            for (offset, weight) in down.weights[y].enumerated() {
                let from = (down.first[y] + offset) * width * 3
                for at in 0..<width * 3 { result[y * width * 3 + at] += weight * rows[from + at] }
            }
        }
        return result
    }
}

/// Weights that bring `from` samples to `to`: linear between neighbours where it enlarges, and a triangle as wide as
/// two new samples where it reduces. Pillow and torchvision call this bilinear with antialiasing, and most models
/// learned from pictures that were made so.
struct TriangleFilter: Equatable {
    /// By new sample: the first old one, and the weights of it and those behind; they sum to 1.
    var first: [Int] = []
    var weights: [[Float]] = []

    init(from: Int, to: Int) {
        let scale = Float(from) / Float(to)
        let reach = max(scale, 1)
        for sample in 0..<to {
            let center = (Float(sample) + 0.5) * scale
            let begin = max(0, Int((center - reach).rounded(.down)))
            let end = min(from, Int((center + reach).rounded(.up)))
            let all = (begin..<end).map { max(0, 1 - abs((Float($0) + 0.5 - center) / reach)) }
            // The middle one's weight is above 0, so the sum is.
            let sum = all.reduce(0, +)
            first.append(begin)
            weights.append(all.map { $0 / sum })
        }
    }
}
