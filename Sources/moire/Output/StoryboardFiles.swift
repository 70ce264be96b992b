import Fleet
import Foundation
import Frames
import Pictures
import Records
import Report

/// Draws what was measured of each file, as a PNG.
struct StoryboardFiles: Sendable {
    private let path: String
    private let isFolder: Bool
    private let decoder: DecodeService

    /// - Parameter path: of the picture of one file; of several files, the folder for all, made where it is missing.
    init(_ path: String, of files: [MediaFiles.File], _ decoder: DecodeService) throws {
        let kind = try? URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey])
        isFolder = files.count > 1 || kind?.isDirectory == true
        self.path = path
        self.decoder = decoder
        guard isFolder else { return }
        let shared = Dictionary(grouping: files, by: \.name).filter { $1.count > 1 }.keys.min()
        if let shared {
            throw Failure(
                .usage, "several files are called \(shared), and their pictures would be one; draw them apart")
        }
        try Inputs.makeFolder(path)
    }

    /// - Returns: false, with a note, where the picture could not be written. A file without a result has none.
    func write(_ record: ExtractRecord, of file: MediaFiles.File) -> Bool {
        guard record.outcome.hasResult else { return true }
        let target = isFolder ? "\(path)/\(file.name).png" : path
        let board = Storyboard(record)
        // Frames are decoded anew: a video whose frames cannot be had is drawn without them.
        let frames = try? decoder.pictures(
            path: file.path, times: board.moments, longestSide: Storyboard.longestSide)
        do {
            let image = board.draw(frames: frames ?? Array(repeating: nil, count: board.moments.count))
            try Data(try PNG.encode(image)).write(to: URL(fileURLWithPath: target))
            return true
        } catch {
            Output.note("moire: \(target) could not be written: \(error.localizedDescription)")
            return false
        }
    }
}
