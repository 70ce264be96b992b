internal import Foundation
internal import Hummingbird

/// How a reviewer wants to see things; kept in a cookie.
///
/// Grey pictures leave reviewers in a better mood and cost neither accuracy nor speed, while a fixed blur slows them
/// down and blur that opens at a touch does not (S. Karunakaran and R. Ramakrishnan, HCOMP 2019; A. Das, B. Dang and
/// M. Lease, HCOMP 2020). So lists are grey from the start, where one only finds one's way; a case shows its evidence
/// in colour, as colours are part of what is compared; blur is there for whoever wants it, and opens under the pointer
/// or the keyboard. Nothing in the console makes a sound, so it is always mute.
struct ConsolePreferences: Sendable, Equatable {
    enum Theme: String, Sendable, CaseIterable { case auto, light, dark }
    enum Where: String, Sendable, CaseIterable { case never, lists, everywhere }

    var theme = Theme.auto
    var grey = Where.lists
    var blur = Where.never

    static let cookie = "moire_view"

    init() {}

    init(_ request: Request) {
        self.init(text: request.cookies[Self.cookie]?.value ?? "")
    }

    /// `theme.dark_grey.lists_blur.never`; what is not understood is as at the start.
    init(text: String) {
        for part in text.split(separator: "_") {
            let pair = part.split(separator: ".")
            guard pair.count == 2 else { continue }
            switch pair[0] {
            case "theme": theme = Theme(rawValue: String(pair[1])) ?? theme
            case "grey": grey = Where(rawValue: String(pair[1])) ?? grey
            case "blur": blur = Where(rawValue: String(pair[1])) ?? blur
            default: break
            }
        }
    }

    var text: String { "theme.\(theme.rawValue)_grey.\(grey.rawValue)_blur.\(blur.rawValue)" }

    /// Of the page's root.
    var classes: String { "grey-\(grey.rawValue) blur-\(blur.rawValue)" }
}
