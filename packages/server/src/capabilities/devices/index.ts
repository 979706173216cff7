export {
  forgetDevicesOf,
  mostPresented,
  type Recognised,
  recognise,
  rememberDevice,
  sweepDevices,
  unusedFor,
} from './known.ts'
