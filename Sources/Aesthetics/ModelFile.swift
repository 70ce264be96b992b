internal import FoundationEssentials
internal import Glibc

/// A model's file, before anything is made of it.
enum ModelFile {
    private static let torchSuffixes = ["pt", "pth", "ts", "torchscript"]
    /// TorchScript and PyTorch's own files are zip archives, whatever they are called.
    private static let zipMagic = Array("PK\u{3}\u{4}".utf8)

    static func read(_ path: String) throws(AestheticError) -> Data {
        var facts = stat()
        // Links are followed, and nothing is opened yet: a pipe would wait for its writer.
        guard unsafe stat(path, &facts) == 0 else { throw unreadable(path, unsafe String(cString: strerror(errno))) }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw unreadable(path, "it is no file") }
        guard facts.st_size <= AestheticModel.bytesMax else {
            throw unreadable(path, "it has \(facts.st_size) bytes, and \(AestheticModel.bytesMax) are the limit")
        }
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(filePath: path)) } catch {
            throw unreadable(path, "reading it failed")
        }
        let suffix = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
        guard !torchSuffixes.contains(suffix), !bytes.starts(with: zipMagic) else {
            throw AestheticError(
                .unsupportedFormat,
                "The model \(path) is a TorchScript or PyTorch file, which only PyTorch itself can run; export it to "
                    + "ONNX with torch.onnx.export, and name that file.")
        }
        guard !bytes.isEmpty else { throw unreadable(path, "it is empty") }
        switch OnnxParts.look(at: bytes.span) {
        case .whole: return bytes
        case .external:
            throw AestheticError(
                .unsupportedFormat,
                "The model \(path) keeps weights in other files; save it as one, as onnx.save does without "
                    + "save_as_external_data, so that its digest says which model it is.")
        case .unreadable:
            throw AestheticError(
                .unusableModel, "The model \(path) is no ONNX file, or a damaged one; export it to ONNX anew.")
        }
    }

    private static func unreadable(_ path: String, _ reason: String) -> AestheticError {
        AestheticError(.unreadableModel, "The model \(path) cannot be read: \(reason); name an ONNX file.")
    }
}
