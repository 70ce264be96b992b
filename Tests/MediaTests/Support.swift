import Foundation
import Frames
import Media
import TestSupport

/// A whole pass over a file, everything kept.
func pass(_ path: String, _ limits: MediaLimits = .standard) throws -> (result: PassResult, seen: Recorder) {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    let recorder = Recorder()
    let result = MediaPass.run(descriptor: file.fileDescriptor, limits: limits, sink: recorder)
    try file.close()
    return (result, recorder)
}

/// Encodes without loss, so that pixel values can be foretold.
let lossless = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "0"]

extension LumaImage {
    var mean: Double { Double(pixels.reduce(0) { $0 + Int($1) }) / Double(pixels.count) }

    func largestDifference(from other: LumaImage) -> Int {
        zip(pixels, other.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }
}

func near(_ a: Double, _ b: Double, _ tolerance: Double = 1e-6) -> Bool { abs(a - b) <= tolerance }
