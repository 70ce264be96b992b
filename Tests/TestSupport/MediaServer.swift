import Foundation

/// An HTTP server on loopback with bad manners, as `media_server.py` beside this file describes; gone with the object,
/// or with the process.
public final class MediaServer {
    public struct Trouble: Error {
        public var sentence: String
    }

    public let port: Int
    /// Of the certificate that it shows, where it speaks TLS.
    public let certificate: String?
    private let process = Process()
    private let input = Pipe()
    private let folder: String

    /// - Parameter files: served from this folder.
    /// - Parameter name: speaks TLS, with a certificate of its own for this name.
    public init(files: String = "/nonexistent", certifiedFor name: String? = nil) throws {
        folder = NSTemporaryDirectory() + "moire-server-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var arguments = ["\(URL(fileURLWithPath: #filePath).deletingLastPathComponent().path)/media_server.py", files]
        if let name {
            try Self.certify(name, in: folder)
            arguments += ["\(folder)/certificate", "\(folder)/key"]
        }
        certificate = name.map { [folder] _ in "\(folder)/certificate" }
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = arguments
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(said.filter(\.isNumber)) else { throw Trouble(sentence: "no server: \(said)") }
        self.port = port
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: folder)
    }

    public func url(_ path: String, host: String = "127.0.0.1") -> String {
        "\(certificate == nil ? "http" : "https")://\(host):\(port)\(path)"
    }

    private static func certify(_ name: String, in folder: String) throws {
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        openssl.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj",
            "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", "\(folder)/key", "-out",
            "\(folder)/certificate",
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        guard openssl.terminationStatus == 0 else { throw Trouble(sentence: "no certificate could be made") }
    }
}
