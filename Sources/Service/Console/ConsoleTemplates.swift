internal import Foundation
internal import Mustache

/// The templates that are built in, each under its file's name.
enum ConsoleTemplates {
    private static let names = [
        "layout", "shortcuts", "cases", "case", "creators", "creator", "fleet", "login", "preferences", "help",
        "message",
    ]

    static func library() throws -> MustacheLibrary {
        var library = MustacheLibrary()
        for name in names {
            let file = try BuiltIn.file("Templates/\(name).mustache")
            try library.register(String(decoding: file, as: UTF8.self), named: name)
        }
        return library
    }
}

/// Files that the build puts beside the program.
enum BuiltIn {
    struct Missing: Error, CustomStringConvertible {
        var name: String
        var description: String {
            "the program's own file \(name) is not beside it; install the folder moire_Service.resources as well"
        }
    }

    static func file(_ name: String) throws -> Data {
        guard let folder = Bundle.module.resourceURL,
            let data = try? Data(contentsOf: folder.appendingPathComponent(name))
        else { throw Missing(name: name) }
        return data
    }
}
