// Loaded by pages with an upload once somebody chooses a file.
import { uploads } from "../src/upload_form";

window.atrioUploads = uploads;
