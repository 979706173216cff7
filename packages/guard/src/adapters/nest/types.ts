/** A decorator for a controller or one of its methods. */
export type GuardDecorator = ClassDecorator & MethodDecorator
