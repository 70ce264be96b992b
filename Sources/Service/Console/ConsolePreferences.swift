internal import Foundation
internal import Hummingbird

/// How a reviewer wants to see things; kept in a cookie.
///
/// What is known of it is mixed. Blur that opens at a touch lessened what hard content does to moderators, without
/// cost in accuracy or speed (A. Das, B. Dang and M. Lease, HCOMP 2020); grey and blur that stay did not, in two
/// experiments (S. Lewitzka and others, Psychological Research, 2026). So lists are grey from the start, where one only
/// finds one's way and it costs nothing; a case shows its evidence in colour, as colours are part of what is compared;
/// blur opens under the pointer or the keyboard's focus, and is off, as most of what is compared is ordinary. Nothing
/// in the console makes a sound, so it is always mute.
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
