import CFFmpeg

/// The FFmpeg libraries that this process runs with, which need not be those it was built with.
public enum LibraryVersions {
    /// For instance `libavcodec 59.37.100`.
    public static let all: [String] = [
        describe("libavutil", avutil_version()),
        describe("libavcodec", avcodec_version()),
        describe("libavformat", avformat_version()),
        describe("libswscale", swscale_version()),
        describe("libswresample", swresample_version()),
    ]

    private static func describe(_ name: String, _ version: UInt32) -> String {
        "\(name) \(version >> 16).\(version >> 8 & 0xff).\(version & 0xff)"
    }
}
