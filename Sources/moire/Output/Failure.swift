/// How a command ends when it does not end well. The codes are a contract (see the README).
struct Failure: Error {
    enum Code: Int32 {
        /// The command ran; some inputs failed, each named.
        case inputs = 1
        case usage = 2
        /// The machine lacks something; the sentence says what to install or free.
        case environment = 3
    }

    var code: Code
    /// Printed to standard error; empty when everything was said already.
    var sentence: String

    init(_ code: Code, _ sentence: String = "") {
        self.code = code
        self.sentence = sentence
    }
}

extension Failure {
    /// Runs `body`; what it throws becomes an environment failure with its own sentence.
    static func environmental<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.environment, "\(error)")
        }
    }
}
