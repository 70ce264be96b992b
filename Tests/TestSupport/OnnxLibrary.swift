import Foundation

/// ONNX Runtime's library, which `ops/lib/onnx-environment` gets once. A machine that cannot get it cannot say that
/// models work, so there the tests fail.
package enum OnnxLibrary {
    /// Its path: what ops/test found, or what the script finds now.
    package static func path() throws -> String { try found.get() }

    private static let found: Result<String, Project.Missing> = {
        if let given = ProcessInfo.processInfo.environment["MOIRE_TEST_ONNX_RUNTIME"], !given.isEmpty {
            return .success(given)
        }
        do {
            let ran = try Ran(Project.root.appendingPathComponent("ops/lib/onnx-environment").path, [])
            let path = ran.text.split(separator: "\n").last.map(String.init)
            guard ran.status == 0, let path else { return .failure(Project.Missing(description: ran.errors)) }
            return .success(path)
        } catch {
            return .failure(Project.Missing(description: "\(error)"))
        }
    }()
}
