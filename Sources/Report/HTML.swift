/// A piece of HTML. Text put into it by interpolation is escaped; only HTML goes in as it is.
///
/// File names are hostile. Escaping by type cannot be forgotten in one of a hundred places, as
/// escaping by call can.
package struct HTML: ExpressibleByStringInterpolation, Sendable {
    package private(set) var text: String

    package init(stringLiteral value: String) { text = value }

    package init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

    package init(escaping value: String) { text = Self.escaped(value) }

    package static func += (a: inout HTML, b: HTML) { a.text += b.text }

    package static func + (a: HTML, b: HTML) -> HTML {
        var sum = a
        sum += b
        return sum
    }

    package var isEmpty: Bool { text.isEmpty }

    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        package mutating func appendLiteral(_ literal: String) { text += literal }
        package mutating func appendInterpolation(_ value: String) { text += HTML.escaped(value) }
        package mutating func appendInterpolation(_ value: HTML) { text += value.text }
        package mutating func appendInterpolation(_ value: Int) { text += String(value) }
        package mutating func appendInterpolation(_ values: [HTML]) { for value in values { text += value.text } }
    }

    /// Safe in text and in double-quoted attributes. Characters that no text of a page may have
    /// (controls, unpaired direction overrides) are shown as the replacement character.
    package static func escaped(_ value: String) -> String {
        var text = ""
        text.reserveCapacity(value.utf8.count)
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            case _ where PlainText.isHarmful(scalar): text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

/// What a name may do to those who print it.
package enum PlainText {
    /// Controls (a terminal obeys them) and direction overrides (a reader is fooled by them:
    /// `gpj.exe` shown as `exe.jpg`).
    package static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }

    package static func harmless(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isHarmful($0) ? "\u{FFFD}" : $0 }))
    }
}
