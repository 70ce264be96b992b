internal import Foundation
internal import Hummingbird

/// What goes with a request through middleware and handlers.
struct ServiceContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Whose request it is; nil before it is known, and for what anybody may ask.
    var identity: Identity?
    /// Also in the log's lines and in `instance` of a problem.
    var requestID: String

    init(source: Source) {
        coreContext = .init(source: source)
        requestID = ""
        requestID = id
    }

    /// A part of the path, with its percent signs undone; nil when they cannot be.
    func part(_ name: String) -> String? { parameters.get(name)?.removingPercentEncoding }
}
