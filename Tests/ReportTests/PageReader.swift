/// A strict reader of the HTML that we write: every tag closed, every attribute quoted, no id twice.
struct PageReader {
    private(set) var tags: [(name: String, attributes: [String: String])] = []
    private(set) var text = ""
    private(set) var faults: [String] = []

    private static let void: Set = ["meta", "img", "br"]

    init(_ html: String) {
        var open: [String] = []
        var ids: Set<String> = []
        var rest = html[...]
        if rest.hasPrefix("<!DOCTYPE html>\n") { rest = rest.dropFirst(16) } else { faults.append("no doctype") }
        while let start = rest.firstIndex(of: "<") {
            text += rest[..<start]
            rest = rest[rest.index(after: start)...]
            if rest.first == "/" {
                let name = String(rest.dropFirst().prefix { $0 != ">" })
                if open.popLast() != name { faults.append("</\(name)> closes another tag") }
                rest = rest.dropFirst(name.count + 2)
                continue
            }
            let name = String(rest.prefix { $0.isLetter || $0.isNumber })
            if name.isEmpty { faults.append("a bare <") }
            rest = rest.dropFirst(name.count)
            var attributes: [String: String] = [:]
            while rest.first == " " {
                rest = rest.dropFirst()
                let key = String(rest.prefix { $0.isLetter || $0 == "-" || $0.isNumber || $0 == ":" })
                rest = rest.dropFirst(key.count)
                if key.isEmpty || attributes[key] != nil { faults.append("attribute `\(key)` in <\(name)>") }
                attributes[key] = ""
                guard rest.hasPrefix("=\"") else { continue }
                rest = rest.dropFirst(2)
                attributes[key] = String(rest.prefix { $0 != "\"" })
                rest = rest.dropFirst((attributes[key]?.count ?? 0) + 1)
            }
            let closesItself = rest.hasPrefix("/>")
            if closesItself { rest = rest.dropFirst() }
            if rest.first != ">" { faults.append("<\(name)> does not end: \(rest.prefix(20))") }
            rest = rest.dropFirst()
            if let id = attributes["id"], !ids.insert(id).inserted { faults.append("id \(id) twice") }
            tags.append((name, attributes))
            if !closesItself, !Self.void.contains(name) { open.append(name) }
        }
        text += rest
        if !open.isEmpty { faults.append("not closed: \(open)") }
    }

    func all(_ name: String, class wanted: String? = nil) -> [[String: String]] {
        tags.filter { tag in
            tag.name == name
                && (wanted.map { tag.attributes["class"]?.split(separator: " ").contains(Substring($0)) ?? false }
                    ?? true)
        }.map(\.attributes)
    }
}
